import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { context, EXAMPLES, SNAPSHOTS, templatesIn } from './example-templates';

/* Writes the templates of all examples, for somebody to review what changed in them. */

async function main(): Promise<void> {
  rmSync(SNAPSHOTS, { recursive: true, force: true });
  mkdirSync(SNAPSHOTS);
  for (const example of EXAMPLES) {
    const outdir = mkdtempSync(join(tmpdir(), 'cdk-teardown-snapshot-'));
    try {
      const env = { ...process.env, CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: context() };
      execFileSync('node', ['--import', 'tsx', `examples/${example}.ts`], { env, stdio: 'inherit' });
      const file = join(SNAPSHOTS, `${example}.json`);
      writeFileSync(file, await format(JSON.stringify(templatesIn(outdir)), { ...(await resolveConfig(file)), filepath: file }));
    } finally {
      rmSync(outdir, { recursive: true });
    }
  }
}

void main();
