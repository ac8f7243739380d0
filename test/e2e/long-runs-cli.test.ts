import { CdkCli } from '../../local-aws/cdk-cli';
import { LocalAws } from '../../local-aws/local-aws';
import { createTable } from '../support/table';

/* That the real CLI destroys an example whose run takes several invocations, each of a few seconds: as if there were no state machine. */

const IDS = Array.from({ length: 3_000 }, (_, n) => `device-${n}`).sort();

let aws: LocalAws;
let cli: CdkCli;

beforeAll(async () => {
  // Of 16 seconds, ten are kept for handing over.
  aws = await LocalAws.start({ toldTimeoutSeconds: 16 });
  cli = await CdkCli.create(aws);
});
afterAll(async () => {
  await aws.stop();
  await cli.remove();
});

test('3,000 clients take five invocations or more, all are called, and CloudFormation is answered once', async () => {
  await createTable(
    aws,
    'devices',
    IDS.map((id) => ({ clientId: { S: id } })),
  );
  const succeed = async (run: ReturnType<CdkCli['run']>) => {
    const { exitCode, output } = await run;
    expect({ exitCode, output }).toEqual({ exitCode: 0, output: expect.any(String) });
  };
  await succeed(cli.bootstrap());
  await succeed(cli.deploy('examples/whole-fleet.ts'));
  expect(aws.stepFunctions.machines.size).toBe(1);
  await succeed(cli.destroy('examples/whole-fleet.ts'));

  const called = aws.calls.filter(({ method, path }) => method === 'DELETE' && path.startsWith('/connections/')).map(({ path }) => path.split('/')[2]);
  expect([...new Set(called)].sort()).toEqual(IDS);
  // Besides what was under way, without an answer, when an invocation had to end.
  expect(called.length).toBeLessThan(IDS.length * 1.1);
  const [{ history, name }, ...others] = aws.stepFunctions.executions;
  expect([name.split('-')[0], others]).toEqual(['run', []]);
  // And the first, which CloudFormation made.
  expect(history.filter((entry) => entry.includes('"Task":"WORK"')).length).toBeGreaterThanOrEqual(4);
  expect(history.filter((entry) => entry.includes('"Task":"REPORT"'))).toHaveLength(1);
  expect(history.join()).not.toContain('device-1');
  expect(aws.cloudformation.exchanges.map(({ request, answer }) => [request.ResourceType, request.RequestType, JSON.parse(answer!).Status])).toEqual([
    ['Custom::MqttDisconnection', 'Create', 'SUCCESS'],
    ['Custom::IotPolicyDetachment', 'Create', 'SUCCESS'],
    ['Custom::IotPolicyDetachment', 'Delete', 'SUCCESS'],
    ['Custom::MqttDisconnection', 'Delete', 'SUCCESS'],
  ]);
  expect(aws.stepFunctions.machines.size).toBe(0);
}, 900_000);
