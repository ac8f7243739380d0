/*
 * `npm run new-user`: what somebody does who found the package. Packs what is built, makes an app with `cdk init` outside of the repository,
 * deploys and destroys it.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { KioskWithWill } from './kiosks';
import { show } from './table';
import { CdkCli, type CliResult } from '../local-aws/cdk-cli';
import { LocalAws } from '../local-aws/local-aws';

const STACK = `import * as cdk from 'aws-cdk-lib/core';
import { MqttClients, MqttDisconnection } from 'cdk-teardown';
import { Construct } from 'constructs';

export class FleetStack extends cdk.Stack {
  constructor(scope: Construct, id: string, props?: cdk.StackProps) {
    super(scope, id, props);
    new MqttDisconnection(this, 'Kiosks', { clients: MqttClients.ids('kiosk-1'), preventWillMessage: true });
  }
}
`;

const undo: Array<() => unknown> = [];
async function cleanUp(): Promise<void> {
  for (const step of undo.splice(0).reverse()) await step();
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void cleanUp().finally(() => process.exit(130)));

async function step<T>(title: string, act: () => Promise<T>): Promise<T> {
  const begun = performance.now();
  const result = await act();
  console.log(`${((performance.now() - begun) / 1000).toFixed(1).padStart(5)} s  ${title}`);
  return result;
}

/** What npm wrote to its standard output. */
function npm(cwd: string, ...args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('npm', args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (errors += text));
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve(output) : reject(new Error(`npm ${args.join(' ')} ended with ${code}:\n${output}${errors}`))));
  });
}

async function succeed(run: Promise<CliResult>): Promise<string> {
  const { exitCode, output } = await run;
  if (exitCode !== 0) throw new Error(`the CLI ended with exit code ${exitCode}:\n${output}`);
  return output;
}

/** Without the tests that `cdk init` makes, whose tools are most of what it would install, and the CLI, which is the one that runs here. */
async function withoutTests(app: string): Promise<void> {
  const edit = async (file: string, change: (json: any) => void) => {
    const json = JSON.parse(await readFile(path.join(app, file), 'utf8'));
    change(json);
    await writeFile(path.join(app, file), JSON.stringify(json, undefined, 2));
  };
  await rm(path.join(app, 'test'), { recursive: true });
  await edit('package.json', ({ devDependencies }) => {
    for (const name of Object.keys(devDependencies)) if (/jest|^aws-cdk$/.test(name) || name === '@swc/core') delete devDependencies[name];
  });
  await edit('tsconfig.json', ({ compilerOptions }) => (compilerOptions.types = ['node']));
}

async function newUser(): Promise<boolean> {
  const started = performance.now();
  const root = process.cwd();
  const { devDependencies } = JSON.parse(await readFile('package.json', 'utf8'));
  const folder = await mkdtemp(path.join(tmpdir(), 'new-user-'));
  undo.push(() => rm(folder, { recursive: true, force: true }));

  const tarball = await step('npm pack', async () => {
    const [{ filename }] = Object.values<any>(JSON.parse(await npm(root, 'pack', '--json', '--ignore-scripts', '--pack-destination', folder)));
    return path.join(folder, filename);
  });

  const aws = await LocalAws.start();
  undo.push(() => aws.stop());
  const cdk = await CdkCli.create(aws);
  undo.push(() => cdk.remove());
  // The CLI takes the app of the working directory.
  const app = path.join(folder, 'fleet');
  await mkdir(app);
  process.chdir(app);
  undo.push(() => process.chdir(root));

  // Before there is an app, which it would run.
  await step('cdk bootstrap', () => succeed(cdk.bootstrap()));
  await step('cdk init', async () => {
    await succeed(cdk.run(['init', 'app', '--language', 'typescript', '--generate-only']));
    await withoutTests(app);
  });
  await step(`npm install ${path.basename(tarball)}`, () => {
    const peers = ['aws-cdk-lib', 'constructs'].map((name) => `${name}@${devDependencies[name]}`);
    return npm(app, 'install', '--no-audit', '--no-fund', '--prefer-offline', '--save-exact', tarball, ...peers);
  });
  await writeFile('lib/fleet-stack.ts', STACK);
  await step('cdk synth', async () => {
    const template = await succeed(cdk.run(['synth']));
    if (!template.includes('Custom::MqttDisconnection')) throw new Error(`the template lacks the construct:\n${template}`);
  });

  const principal = aws.iot.principal(randomBytes(32).toString('hex'));
  aws.iot.createPolicy('Fleet', { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'iot:*', Resource: '*' }] });
  aws.iot.attachPolicy('Fleet', principal);
  const kiosk = new KioskWithWill({ brokerUrl: aws.iot.brokerUrl, principal });
  undo.push(() => kiosk.stop());

  await step('cdk deploy', () => succeed(cdk.deploy()));
  const before = await kiosk.state();
  await step('cdk destroy', () => succeed(cdk.destroy()));
  const after = await kiosk.state();
  const asExpected = show([{ thing: kiosk, before, after, expected: 'disconnected, will held back' }]);
  console.log(`\nIt took ${((performance.now() - started) / 1000).toFixed(0)} s.`);
  return asExpected && before === 'connected' && aws.cloudformation.stack('FleetStack') === undefined;
}

newUser()
  .then(
    (asExpected) => {
      process.exitCode = asExpected ? 0 : 1;
    },
    (error) => {
      console.error(`\n${error.message}`);
      process.exitCode = 1;
    },
  )
  .finally(cleanUp);
