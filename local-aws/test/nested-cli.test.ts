import path from 'node:path';
import { CdkCli } from '../cdk-cli';
import { LocalAws } from '../local-aws';

/* Nested stacks, --no-rollback and cdk rollback with the real CLI, one command after the other on the same LocalAws. */

const APP = path.join(__dirname, 'fixtures/nested-greeting-app.ts');
// The CLI is at least ten seconds at it, and a slow machine must not end it.
jest.setTimeout(900_000);

let aws: LocalAws;
let cli: CdkCli;
beforeAll(async () => {
  aws = await LocalAws.start();
  cli = await CdkCli.create(aws);
  expect(await cli.bootstrap()).toMatchObject({ exitCode: 0 });
});
afterAll(async () => {
  await aws.stop();
  await cli.remove();
});

const status = () => aws.cloudformation.stack('Greeting')?.status;
const requests = () => aws.cloudformation.exchanges.map(({ request }) => request.RequestType);

test('cdk deploy --no-rollback leaves what failed in a nested stack, and the next one goes on from there', async () => {
  expect((await cli.deploy(APP, ['--no-rollback'], { GREETING: 'fail on Create' })).exitCode).toBe(1);
  expect(status()).toBe('CREATE_FAILED');
  expect(await cli.deploy(APP, ['--no-rollback'], { GREETING: 'world' })).toMatchObject({ exitCode: 0 });
  expect(status()).toBe('UPDATE_COMPLETE');
  expect(requests()).toEqual(['Create', 'Delete', 'Create']);
});

test('cdk rollback takes a failed update back', async () => {
  expect((await cli.deploy(APP, ['--no-rollback'], { GREETING: 'fail on Update' })).exitCode).toBe(1);
  expect(status()).toBe('UPDATE_FAILED');
  expect(await cli.run(['rollback', 'Greeting', '--app', `node --import tsx ${APP}`], { GREETING: 'fail on Update' })).toMatchObject({ exitCode: 0 });
  expect(status()).toBe('UPDATE_ROLLBACK_COMPLETE');
});

test('cdk deploy deletes the nested stack that was taken out, cdk destroy the rest', async () => {
  const { exitCode, output } = await cli.deploy(APP);
  expect(output).toMatch(/UPDATE_COMPLETE_CLEANUP[^]*DELETE_COMPLETE +\| Custom::Greeting/);
  expect(exitCode).toBe(0);
  expect(requests().at(-1)).toBe('Delete');
  expect(await cli.destroy(APP)).toMatchObject({ exitCode: 0 });
});

test('the CLI made no call that is not known, but for the CloudTrail look-up after a failure', () => {
  expect(aws.calls.filter(({ status: code, service }) => code >= 500 && service !== 'cloudtrail')).toEqual([]);
});
