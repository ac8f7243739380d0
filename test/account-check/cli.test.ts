import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PROBES } from '../../account-check/probes';
import { CdkCli } from '../../local-aws/cdk-cli';
import { LocalAws } from '../../local-aws/local-aws';
import { clientsOf, thereIn } from '../support/account-check';

/* The command as a maintainer runs it, with the real cdk CLI. */

let aws: LocalAws;
beforeEach(async () => {
  aws = await LocalAws.start();
});
afterEach(() => aws.stop());

const FILE = () => path.join(tmpdir(), 'report.md');

async function accountCheck(...args: string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'account-check/main.ts', '--report', FILE(), ...args], {
    env: { PATH: process.env.PATH, TMPDIR: tmpdir(), ...aws.env, MQTT_BROKER_URL: aws.iot.brokerUrl },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  const exitCode = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  return { exitCode, output };
}

test('looks, deploys and destroys, writes a report, and leaves nothing', async () => {
  const cli = await CdkCli.create(aws);
  await cli.bootstrap();
  await cli.remove();
  const rows = ['things-api', 'offline-session', 'nested-status', 'search-limit', 'new-permission'];
  const connect = ['--connect-instance-arn', aws.connect.instanceArn, '--connect-flow-id', 'flow'];
  const { exitCode, output } = await accountCheck('--account', aws.account, '--yes', ...connect, '--only', ...rows, 'example:end-what-is-live');
  expect({ exitCode, output }).toEqual({ exitCode: 0, output: expect.stringContaining('report.md is written.') });

  const report = readFileSync(FILE(), 'utf8');
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(report).toMatch(new RegExp(`^# Account check\\n\\ncdk-teardown ${version}, 20.*Z, ca-central-1, account \\*{8}9012\\. \\d+ calls`));
  expect(report).toContain('4 as taken, 0 otherwise, 1 could not be looked at.');
  expect(report).toMatch(
    /^\| offline-session \| `DeleteConnection` succeeds .* \| DeleteConnection with .* \| DeleteConnection: success; .* \| \*\*as taken\*\* \|$/m,
  );
  expect(report).toMatch(/^\| search-limit \| .* \| it takes a fleet of more than 10,000 things.* \| \*\*could not be looked at\*\* \|$/m);
  expect(report).toMatch(/^\| end-what-is-live \| \*\*passed\*\* \| account-check-\S+-kiosk, lamp, chat: live after cdk deploy, ended by cdk destroy \|$/m);
  expect(report).toContain('Nothing: all that was made is deleted.');
  expect(report).not.toContain(aws.account);
  expect(report + output).not.toMatch(/PRIVATE KEY|QVFJREFI/);

  const clients = await clientsOf(aws);
  expect(await thereIn(aws, clients)).toEqual({ policies: [], certificates: [], things: [], stacks: [], contacts: 0 });
  clients.close();
}, 900_000);

test('what is otherwise than taken is told by the exit code', async () => {
  await aws.stop();
  aws = await LocalAws.start({ iot: { offlineSession: 'NOT_FOUND' } });
  expect(await accountCheck('--account', aws.account, '--yes', '--only', 'offline-session')).toMatchObject({ exitCode: 1 });
  expect(readFileSync(FILE(), 'utf8')).toContain('0 as taken, 1 otherwise');
});

test('without the account of the credentials it says what it would do, and does nothing', async () => {
  const another = await accountCheck('--account', '210987654321', '--yes');
  expect(another).toEqual({ exitCode: 1, output: expect.stringContaining('The credentials are not of the account 210987654321.') });
  const hesitant = await accountCheck('--account', aws.account);
  expect(hesitant).toEqual({ exitCode: 1, output: expect.stringContaining(`Account ${aws.account}, region ca-central-1. It looks at: `) });
  expect(hesitant.output).toContain(`To begin, add: --account ${aws.account} --yes`);
  expect(aws.calls.filter(({ method, path: called }) => method !== 'GET' && called !== '/')).toEqual([]);
});

test('lists what it can look at', async () => {
  const { output } = await accountCheck('--list');
  for (const { row } of PROBES) expect(output).toContain(row);
  expect(output).toContain('example:thing-group');
});
