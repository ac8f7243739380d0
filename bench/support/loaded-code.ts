import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runFunction, type Job } from './function-process';
import type { LambdaRuntime } from './lambda-runtime';

/** Bytes of the files that V8 has run when a handler has answered, in a run that is not timed. */
export async function loadedCode(runtime: LambdaRuntime, job: Job): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'cdk-teardown-bench-'));
  try {
    await runFunction(runtime, { ...job, env: { ...job.env, NODE_V8_COVERAGE: folder } });
    const [coverage] = readdirSync(folder).map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')));
    const files = new Set<string>(coverage.result.map(({ url }: { url: string }) => url));
    return [...files]
      .filter((url) => url.startsWith('file:') && !url.endsWith('function-process.cjs'))
      .reduce((sum, url) => sum + statSync(fileURLToPath(url)).size, 0);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
