import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';

export const EXAMPLES = readdirSync('examples').filter((file) => file.endsWith('.ts'));

/** The app of an example, synthesized as the CLI has it done. Once in a test file. */
export function exampleApp(file: string): App {
  const outdir = mkdtempSync(join(tmpdir(), 'cdk-teardown-example-'));
  const atExit: Array<() => void> = [];
  const { context } = JSON.parse(readFileSync('cdk.json', 'utf8'));
  const env = jest.replaceProperty(process, 'env', { ...process.env, CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify(context) });
  const once = jest.spyOn(process, 'once').mockImplementation((_, synth) => (atExit.push(synth), process));
  const synthesized = jest.spyOn(App.prototype, 'synth');
  try {
    jest.requireActual(`../../examples/${file}`);
    for (const synth of atExit) synth();
    return synthesized.mock.contexts[0] as App;
  } finally {
    env.restore();
    once.mockRestore();
    synthesized.mockRestore();
    rmSync(outdir, { recursive: true });
  }
}
