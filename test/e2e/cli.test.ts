import { LocalAws } from '../../local-aws/local-aws';
import { CdkCli } from '../../local-aws/cdk-cli';
import { startChat } from '../support/chat-customer';
import { Fleet, until } from '../../local-aws/test/support/mqtt-device';
import { storeSecret } from '../support/secret';

/* The real CLI deploys, diffs, deploys again and destroys the example. */

let aws: LocalAws;
let cli: CdkCli;
let fleet: Fleet;

beforeAll(async () => {
  aws = await LocalAws.start();
  cli = await CdkCli.create(aws);
  fleet = new Fleet(aws);
});
afterAll(async () => {
  await fleet.leave();
  await aws.stop();
  await cli.remove();
});

test('deploy, diff and deploy again without changes, destroy', async () => {
  const things = [aws.things.create({ acknowledgesAfter: 0 }).Id, aws.things.create({ acknowledgesAfter: 0 }).Id];
  const context = Object.entries({
    kiosks: 'kiosk-1,kiosk-2',
    managedThings: things.join(),
  }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const succeed = async (run: ReturnType<CdkCli['run']>) => {
    const { exitCode, output } = await run;
    expect({ exitCode, output }).toEqual({ exitCode: 0, output: expect.any(String) });
    return output;
  };
  const customer = await startChat(aws);

  await succeed(cli.bootstrap());
  await succeed(cli.deploy(undefined, context));
  const certificate = aws.iot.principal('c'.repeat(64));
  aws.iot.attachPolicy('kiosks', certificate);
  const kiosk = await fleet.connect('kiosk-1', { username: certificate, reconnectPeriod: 50, reconnectOnConnackError: true });
  storeSecret(aws, [...aws.secrets.secrets.keys()][0], JSON.stringify([customer.connectionToken]));
  const ended = () => [!kiosk.connected, !customer.isConnected(), aws.things.list().length === 0];
  expect(ended()).toEqual([false, false, false]);

  expect(await succeed(cli.diff(undefined, context))).toContain('Number of stacks with differences: 0');
  expect(await succeed(cli.deploy(undefined, context))).toContain('EndWhatIsLive (no changes)');
  expect(ended()).toEqual([false, false, false]);

  await succeed(cli.destroy(undefined, context));
  await until(() => ended().every(Boolean));
  expect(() => aws.iot.policyTargets('kiosks')).toThrow('Policy not found');
  expect(aws.things.deletions.map(({ kind }) => kind)).toEqual(['thing', 'thing', 'locker']);
}, 900_000);
