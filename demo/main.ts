/* `npm run demo`: the real CLI deploys, updates and destroys examples/end-what-is-live.ts against the stand-in, among live things. */
import { randomBytes } from 'node:crypto';
import { ConnectParticipantClient } from '@aws-sdk/client-connectparticipant';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Command } from 'commander';
import { Chat } from './chat';
import { KioskThatComesBack, KioskWithSession, KioskWithWill } from './kiosks';
import type { LiveThing } from './live-thing';
import { ManagedThing } from './managed-thing';
import { show } from './table';
import { CdkCli, type CliResult } from '../local-aws/cdk-cli';
import { LocalAws } from '../local-aws/local-aws';

// The SDK's word on old versions of Node would hide what the demo shows.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const { publishWills, keepSessions } = new Command('npm run demo --')
  .description('deploys and destroys a stack among live MQTT clients, chats and managed things')
  .option('--publish-wills', 'set preventWillMessage to false')
  .option('--keep-sessions', 'set cleanSession to false')
  .parse()
  .opts<{ publishWills?: boolean; keepSessions?: boolean }>();

let interrupted = false;
const undo: Array<() => unknown> = [];
async function cleanUp(): Promise<void> {
  for (const step of undo.splice(0).reverse()) await step();
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // A terminal signals the whole group, and whoever started this may pass the signal on once more.
    if (interrupted) return;
    interrupted = true;
    say(`${signal}: cleaning up`);
    void cleanUp().finally(() => process.exit(130));
  });
}

function say(line: string) {
  console.log(`\n${line}`);
}

async function demo(): Promise<boolean> {
  const started = performance.now();
  say('Starting a stand-in for AWS on this machine');
  const aws = await LocalAws.start();
  undo.push(() => aws.stop());
  const sdk = { endpoint: aws.url, region: aws.region, credentials: { accessKeyId: 'demo', secretAccessKey: 'demo' } };
  const cdk = await CdkCli.create(aws, printResources);
  undo.push(() => cdk.remove());

  const deviceCertificate = aws.iot.principal(randomBytes(32).toString('hex'));
  const fleetCertificate = aws.iot.principal(randomBytes(32).toString('hex'));
  aws.iot.createPolicy('Fleet', { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'iot:*', Resource: '*' }] });
  aws.iot.attachPolicy('Fleet', fleetCertificate);
  const fleet = { brokerUrl: aws.iot.brokerUrl, principal: fleetCertificate };
  const session = new KioskWithSession(fleet);
  await session.leaveWithMessage();
  const chats = await Promise.all(
    ['Ana', 'Ben'].map((customer) => Chat.open(customer, aws.connect.startChat().participantToken, new ConnectParticipantClient(sdk))),
  );
  const managed = ['lamp', 'lock', 'thermostat'].map((product) => new ManagedThing(aws.things, product));
  const things: LiveThing[] = [new KioskWithWill(fleet), session, new KioskThatComesBack({ ...fleet, principal: deviceCertificate }), ...chats, ...managed];
  undo.push(() => things.forEach((thing) => thing.stop()));

  const context = (kiosks: string) =>
    Object.entries({
      kiosks,
      managedThings: managed.map(({ id }) => id).join(),
      publishWills,
      keepSessions,
    }).flatMap(([name, value]) => (value ? ['-c', `${name}=${value}`] : []));
  const statesNow = () => Promise.all(things.map((thing) => thing.state()));

  async function step(title: string, expected: readonly string[], act: () => Promise<unknown>): Promise<boolean> {
    say(`━━ ${title}`);
    const before = await statesNow();
    const begun = performance.now();
    await act();
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    const after = await statesNow();
    console.log(`\n${title}: ${seconds} s`);
    return show(things.map((thing, n) => ({ thing, before: before[n], after: after[n], expected: expected[n] })));
  }

  const alive = ['connected', 'session kept, 1 message waiting', 'connected', 'open', 'open', 'registered', 'registered', 'registered'];
  const ended = [
    publishWills ? 'disconnected, will published' : 'disconnected, will held back',
    keepSessions ? 'session kept, 1 message waiting' : 'session gone, message too',
    'kept out: no policy lets it in',
    ...chats.map(() => 'closed by the server (1000)'),
    ...managed.map(() => 'deleted before its locker'),
  ];
  const results = [
    await step('cdk bootstrap, cdk deploy: the stack lets kiosk-3 in, and ends nothing', alive, async () => {
      await succeed(cdk.bootstrap());
      await succeed(cdk.deploy(undefined, context('kiosk-1,kiosk-2')));
      // As provisioning does: the certificate is not in the stack, its policy is.
      aws.iot.attachPolicy('kiosks', deviceCertificate);
      // As an application does while its chats go on.
      const [secret] = aws.secrets.secrets.values();
      await new SecretsManagerClient(sdk).send(
        new PutSecretValueCommand({
          SecretId: secret.arn,
          SecretString: JSON.stringify(chats.map(({ connectionToken }) => connectionToken)),
        }),
      );
    }),
    await step('cdk deploy: kiosk-3 is listed too, and nothing is ended', alive, () => succeed(cdk.deploy(undefined, context('kiosk-1,kiosk-2,kiosk-3')))),
    await step('cdk destroy: what is live ends', ended, () => succeed(cdk.destroy(undefined, context('kiosk-1,kiosk-2,kiosk-3')))),
  ];
  say(`The demo took ${((performance.now() - started) / 1000).toFixed(0)} s.`);
  return results.every(Boolean);
}

async function succeed(run: Promise<CliResult>): Promise<void> {
  const { exitCode, output } = await run;
  if (exitCode !== 0) throw new Error(`the CLI ended with exit code ${exitCode}:\n${output}`);
}

/** Of what the CLI writes, what it is about: the stack and the resources that this library or a device cares for. */
function printResources(text: string): void {
  for (const line of text.split('\n')) {
    if (/CloudFormation::Stack|Custom::|IoT|Secret|✅|❌|Bootstrapping/.test(line)) console.log(`  │ ${line.replace(/\| \d+:\d+:\d+ [AP]M /, '')}`);
  }
}

demo()
  .then(
    (asExpected) => {
      say(asExpected ? 'Everything ended as it should.' : 'Something did not end as it should: see the rows marked ✗.');
      process.exitCode = asExpected ? 0 : 1;
    },
    (error) => {
      if (!interrupted) console.error(`\nThe demo failed: ${error.message}`);
      process.exitCode = 1;
    },
  )
  .finally(cleanUp);
