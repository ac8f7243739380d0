/*
 * `npm run lanes`, or one by `npm run lane -- newest`: tests with what users may have and we develop without. The lanes that are not
 * here are those of every other run: aws-cdk-lib at the floor of the peers, and Node.js as it is installed.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import { nodeOf } from '../local-aws/lambda/runtimes';

/** The newest that is known to work; raised with the other dependencies. */
const NEWEST = { 'aws-cdk-lib': '2.276.0', constructs: '10.8.1' };
const JEST = require.resolve('jest/bin/jest');

async function run(command: string, args: string[], env: Record<string, string> = {}): Promise<void> {
  const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, ...env } });
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (code !== 0) throw new Error(`${path.basename(command)} ended with ${code}`);
}

/** What synthesizes in the test's own process. */
async function newest(): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lane-newest-'));
  try {
    const packages = Object.entries(NEWEST).map(([name, version]) => `${name}@${version}`);
    await run('npm', ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts', ...packages]);
    const config = JSON.parse(await readFile('jest.config.json', 'utf8'));
    const moduleNameMapper = { [`^(${Object.keys(NEWEST).join('|')})(/.*)?$`]: `${folder}/node_modules/$1$2` };
    const options = ['--config', JSON.stringify({ ...config, rootDir: process.cwd(), moduleNameMapper })];
    // Its check of each template by the schemas of CloudFormation takes seconds a stack; that of the CLI is run by the upgrade tests.
    await run(process.execPath, [JEST, ...options, 'test/lib'], { CDK_VALIDATION: 'false', JSII_DEPRECATED: 'quiet' });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What runs in Lambda, on the Node.js that runs there. */
const onRuntime = (runtime: string) => (): Promise<void> => run(nodeOf(runtime), [JEST, 'test/lambda']);

const LANES: Record<string, () => Promise<void>> = { newest, 'nodejs22.x': onRuntime('nodejs22.x'), 'nodejs24.x': onRuntime('nodejs24.x') };

async function main(): Promise<void> {
  const { args } = new Command('lanes').argument('[lane...]', Object.keys(LANES).join(', ')).parse();
  const unknown = args.filter((name) => !(name in LANES));
  if (unknown.length > 0) throw new Error(`there is no lane ${unknown.join()}: there are ${Object.keys(LANES).join(', ')}`);
  for (const [name, lane] of Object.entries(LANES)) {
    if (args.length > 0 && !args.includes(name)) continue;
    console.log(`\nLane ${name}`);
    const begun = performance.now();
    await lane();
    console.log(`Lane ${name} took ${((performance.now() - begun) / 1000).toFixed(0)} s.`);
  }
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
