import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { version } from 'aws-cdk-lib/package.json';
import { context, templatesIn } from '../../build/example-templates';

/** Not another version of CDK, with which templates differ in what is CDK's. */
export const IS_CDK_PINNED = version === JSON.parse(readFileSync('package.json', 'utf8')).devDependencies['aws-cdk-lib'];

/** The app of an example, synthesized as the CLI has it done, and its templates. Once in a test file. */
export function synthExample(example: string): { readonly app: App; readonly templates: Record<string, unknown> } {
  const outdir = mkdtempSync(join(tmpdir(), 'cdk-teardown-example-'));
  const atExit: Array<() => void> = [];
  const env = jest.replaceProperty(process, 'env', { ...process.env, CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: context() });
  const once = jest.spyOn(process, 'once').mockImplementation((_, synth) => (atExit.push(synth), process));
  const synthesized = jest.spyOn(App.prototype, 'synth');
  try {
    jest.requireActual(`../../examples/${example}`);
    for (const synth of atExit) synth();
    return { app: synthesized.mock.contexts[0] as App, templates: templatesIn(outdir) };
  } finally {
    env.restore();
    once.mockRestore();
    synthesized.mockRestore();
    rmSync(outdir, { recursive: true });
  }
}
