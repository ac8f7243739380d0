import path from 'node:path';
import { LocalAws } from '../local-aws';
import { CdkCli } from '../cdk-cli';

/* The real CLI, one command after the other on the same LocalAws. */

const APP = path.join(__dirname, 'fixtures/greeting-app.ts');
// The CLI is at least ten seconds at it, and a slow machine must not end it.
jest.setTimeout(900_000);
const WORLD = { GREETING: 'world' };

let aws: LocalAws;
let cli: CdkCli;
beforeAll(async () => {
  aws = await LocalAws.start();
  cli = await CdkCli.create(aws);
});
afterAll(async () => {
  await aws.stop();
  await cli.remove();
});

const requests = () => aws.cloudformation.exchanges.map(({ request }) => request.RequestType);
const unknownCalls = () => aws.calls.filter(({ status }) => status >= 500);

test('cdk bootstrap', async () => {
  const { exitCode, output } = await cli.bootstrap();
  expect(output).toContain('bootstrapped');
  expect(exitCode).toBe(0);
});

test('cdk deploy', async () => {
  const { exitCode, output } = await cli.deploy(APP, [], WORLD);
  expect(output).toMatch(/CREATE_COMPLETE +\| Custom::Greeting/);
  expect(exitCode).toBe(0);
  expect(requests()).toEqual(['Create']);
  expect(aws.cloudformation.exchanges[0].request.ResourceProperties).toMatchObject({ Name: 'world', Loud: 'true' });
});

test('cdk diff finds no differences', async () => {
  const { exitCode, output } = await cli.diff(APP, [], WORLD);
  expect(output).toContain('There were no differences');
  expect(exitCode).toBe(0);
});

test('cdk deploy again has no changes, even if forced to make a change set', async () => {
  expect(await cli.deploy(APP, [], WORLD)).toMatchObject({ exitCode: 0, output: expect.stringContaining('(no changes)') });
  expect(await cli.deploy(APP, ['--force'], WORLD)).toMatchObject({ exitCode: 0, output: expect.stringContaining('(no changes)') });
  expect(requests()).toEqual(['Create']);
});

test('a failed update is rolled back, and the CLI says why', async () => {
  const { exitCode, output } = await cli.deploy(APP, [], { GREETING: 'fail on Update' });
  expect(exitCode).toBe(1);
  expect(output).toContain('Received response status [FAILED] from custom resource. Message returned: as asked for');
  expect(aws.cloudformation.stack('Greeting')!.status).toBe('UPDATE_ROLLBACK_COMPLETE');
});

test('an update that removes the custom resource deletes it in the cleanup', async () => {
  const { exitCode, output } = await cli.deploy(APP);
  expect(output).toMatch(/UPDATE_COMPLETE_CLEANUP[^]*DELETE_COMPLETE +\| Custom::Greeting/);
  expect(exitCode).toBe(0);
  expect(requests().at(-1)).toBe('Delete');
});

test('a failed delete leaves DELETE_FAILED and exit code 1; a second cdk destroy tries again', async () => {
  await cli.deploy(APP, [], { GREETING: 'fail on first Delete' });
  expect(await cli.destroy(APP)).toMatchObject({ exitCode: 1, output: expect.stringContaining('DELETE_FAILED') });
  expect(await cli.destroy(APP)).toMatchObject({ exitCode: 0 });
  expect(aws.cloudformation.stack('Greeting')).toBeUndefined();
});

test('the CLI made no call that is not known, but for the CloudTrail look-up after a failure', () => {
  expect(unknownCalls().filter(({ service }) => service !== 'cloudtrail')).toEqual([]);
});
