import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudAssembly } from 'aws-cdk-lib/cx-api';

/* What people copy from warns of nothing. */

let outdir: string;
const atExit: Array<() => void> = [];
beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), 'cdk-teardown-example-'));
  process.env.CDK_OUTDIR = outdir;
  process.env.CDK_CONTEXT_JSON = JSON.stringify({ deviceCertificateArn: 'arn:aws:iot:us-east-1:123456789012:cert/a1', kiosks: 'a,b', managedThings: 'c,d' });
  jest.spyOn(process, 'once').mockImplementation((_, synth) => (atExit.push(synth), process));
});
afterEach(() => {
  jest.restoreAllMocks();
  delete process.env.CDK_OUTDIR;
  delete process.env.CDK_CONTEXT_JSON;
  rmSync(outdir, { recursive: true });
});

test.each(readdirSync('examples').filter((file) => file.endsWith('.ts')))('%s', (file) => {
  jest.isolateModules(() => jest.requireActual(`../../examples/${file}`));
  for (const synth of atExit.splice(0)) synth();
  const { stacks } = new CloudAssembly(outdir);
  expect(stacks).not.toHaveLength(0);
  expect(stacks.flatMap(({ messages }) => messages.filter(({ level }) => level !== 'info'))).toEqual([]);
});
