import { LocalAws } from '../../local-aws/local-aws';
import { CdkCli, type CliResult } from '../../local-aws/cdk-cli';

/* Each row of the table of moments, through the real CLI. */

const APP = 'test/e2e/fixtures/moments-app.ts';
let aws: LocalAws;
let cli: CdkCli;
let hub: string;
let child: string;
let seen = 0;

beforeAll(async () => {
  aws = await LocalAws.start({ quotas: { iot: 'none', things: 'none' } });
  hub = aws.things.create({ Role: 'CONTROLLER', acknowledgesAfter: 0 }).Id;
  child = aws.things.create({ ParentControllerId: hub, acknowledgesAfter: 0 }).Id;
  cli = await CdkCli.create(aws);
  expect(await cli.bootstrap()).toMatchObject({ exitCode: 0 });
});
afterAll(async () => {
  await aws.stop();
  await cli.remove();
});

/** The clients that DeleteConnection was called for since this was last asked. */
function disconnected(): string[] {
  const calls = aws.calls.slice(seen).filter(({ method, path }) => method === 'DELETE' && path.startsWith('/connections/'));
  seen = aws.calls.length;
  return calls.map(({ path }) => path.slice('/connections/'.length)).sort();
}

const env = (step: number) => ({ STEP: String(step), HUB: hub });
const deploy = (step: number, ...stacks: string[]): Promise<CliResult> =>
  cli.run(['deploy', ...stacks, '--require-approval', 'never', '--progress', 'events', '--concurrency', '8', '--app', `node --import tsx ${APP}`], env(step));

test('Create: acts if runOn has DEPLOY', async () => {
  const { exitCode, output } = await deploy(1, '--all');
  expect([exitCode, output]).toEqual([0, expect.any(String)]);
  expect(disconnected()).toEqual(['All-a', 'Grows-a']);
}, 90_000);

test('Update: DEPLOY acts on the ids that are new, REMOVAL on those that left; what leaves the template is left alone by default', async () => {
  const stacks = ['Grows', 'Shrinks', 'ShrinksByDefault', 'LosesIt', 'LosesItByDefault', 'Stays', 'All'];
  const { exitCode, output } = await deploy(2, ...stacks);
  expect([exitCode, output]).toEqual([0, expect.any(String)]);
  expect(disconnected()).toEqual(['Grows-b', 'LosesIt-a', 'Shrinks-b']);
}, 90_000);

test('the undo of a failed deploy acts on nothing: neither the Delete of what was created, nor that of what was added', async () => {
  const { exitCode, output } = await deploy(3, 'NeverCreated');
  expect(exitCode).toBe(1);
  expect(output).toContain('NeverCreated failed to deploy');
  expect(aws.cloudformation.stack('NeverCreated')?.status).toBe('ROLLBACK_COMPLETE');
  expect(disconnected()).toEqual([]);
}, 90_000);

test('the undo of a failed update acts on nothing; what left the list under REMOVAL was told of before', async () => {
  const { exitCode, output } = await deploy(3, 'RollsBack');
  expect(exitCode).toBe(1);
  expect(output).toContain('RollsBack failed to deploy');
  expect(aws.cloudformation.stack('RollsBack')?.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(disconnected()).toEqual(['RollsBack-a']);
}, 90_000);

test('Delete: TEARDOWN acts, and a destroy that failed is finished by the next', async () => {
  const first = await cli.destroy(APP, [], env(2));
  expect(first.exitCode).toBe(1);
  expect(first.output).toContain(`1 of 1 managed things could not be deleted (1 HubHasChildren), for example ${hub}`);
  expect(aws.cloudformation.stack('FailsToGo')?.status).toBe('DELETE_FAILED');

  aws.things.delete(child);
  const second = await cli.destroy(APP, [], env(2));
  expect([second.exitCode, second.output]).toEqual([0, expect.any(String)]);
  expect(aws.things.list()).toEqual([]);
  // The thing that the failed one had disconnected is not disconnected again.
  expect(disconnected()).toEqual(['All-a', 'FailsToGo-a', 'RollsBack-a', 'RollsBack-b', 'ShrinksByDefault-a', 'Stays-a']);
}, 90_000);
