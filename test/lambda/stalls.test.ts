import { DisconnectParticipantCommand, ConnectParticipantClient } from '@aws-sdk/client-connectparticipant';
import { DetachPolicyCommand, IoTClient } from '@aws-sdk/client-iot';
import { DeleteConnectionCommand, GetConnectionCommand, IoTDataPlaneClient } from '@aws-sdk/client-iot-data-plane';
import { WholeAnswers } from '../../lambda/clients/http';
import { DeleteManagedThingCommand, GetManagedThingCommand, IoTManagedIntegrationsClient } from '../../lambda/clients/managed-integrations';
import { handler as chat } from '../../lambda/chat';
import { handler as mqtt } from '../../lambda/mqtt';
import { isRetryable } from '../../lambda/calls/retry';
import { handler as things } from '../../lambda/things';
import { faulty, type Fault, type Faulty } from '../support/faulty';
import { InProcess } from '../support/in-process';
import { storeSecret } from '../support/secret';
import { virtualTime } from '../support/virtual-time';

/* Answers that begin and do not end, or that are not what they should be. */

let services: Faulty[] = [];
afterEach(async () => {
  await Promise.all(services.map((service) => service.stop()));
  services = [];
});

async function start(fault: Fault, status = 200): Promise<string> {
  const service = await faulty(fault, { status });
  services.push(service);
  return service.url;
}

const CONFIG = { region: 'ca-central-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' }, maxAttempts: 1 };

/** By the name of the call. */
const CALLS: Record<string, (endpoint: string) => Promise<unknown>> = {
  DeleteConnection: (endpoint) => iot(endpoint).send(new DeleteConnectionCommand({ clientId: 'kiosk' })),
  GetConnection: (endpoint) => iot(endpoint).send(new GetConnectionCommand({ clientId: 'kiosk' })),
  DetachPolicy: (endpoint) =>
    new IoTClient({ ...CONFIG, endpoint, requestHandler: new WholeAnswers('JSON') }).send(new DetachPolicyCommand({ policyName: 'kiosks', target: 'a' })),
  DisconnectParticipant: (endpoint) =>
    new ConnectParticipantClient({ ...CONFIG, endpoint, requestHandler: new WholeAnswers('JSON') }).send(
      new DisconnectParticipantCommand({ ConnectionToken: 'token' }),
    ),
  DeleteManagedThing: (endpoint) => managed(endpoint).send(new DeleteManagedThingCommand({ Identifier: 'lamp' })),
  GetManagedThing: (endpoint) => managed(endpoint).send(new GetManagedThingCommand({ Identifier: 'lamp' })),
};

function iot(endpoint: string) {
  return new IoTDataPlaneClient({ ...CONFIG, endpoint, requestHandler: new WholeAnswers('JSON') });
}

function managed(endpoint: string) {
  return new IoTManagedIntegrationsClient({ ...CONFIG, endpoint, requestHandler: new WholeAnswers('JSON') });
}

const names = Object.keys(CALLS);

/** What becomes of one attempt each, side by side. */
async function outcomes(fault: Fault, status: number) {
  const url = await start(fault, status);
  return Promise.all(
    names.map((name) =>
      CALLS[name](url).then(
        () => ({ name: 'nothing wrong' }),
        (error) => error,
      ),
    ),
  );
}

describe('an attempt', () => {
  test('whose answer stalls after its headers, or trickles, ends by itself and may be made again', async () => {
    const begun = performance.now();
    const errors = (await Promise.all([outcomes('STALLS', 200), outcomes('STALLS', 500), outcomes('TRICKLES', 200), outcomes('TRICKLES', 500)])).flat();
    expect(new Set(errors.map(({ name }) => name))).toEqual(new Set(['TimeoutError']));
    expect(errors.every(isRetryable)).toBe(true);
    expect(performance.now() - begun).toBeGreaterThan(9_000);
  });

  test('whose answer is cut may be made again', async () => {
    const errors = await outcomes('IS_CUT', 200);
    expect(errors.map(({ name }) => name)).toEqual(names.map(() => 'MalformedAnswer'));
    expect(errors.every(isRetryable)).toBe(true);
  });

  test('whose answer is not JSON ends nothing and may be made again', async () => {
    const errors = await outcomes('NOT_JSON', 200);
    expect(errors.map(({ name }) => name)).toEqual(names.map(() => 'MalformedAnswer'));
    expect(errors.every(isRetryable)).toBe(true);
  });

  test.each([
    [403, false],
    [503, true],
  ])('that is refused with a %d in something else than JSON is refused all the same', async (status, mayBeMadeAgain) => {
    const errors = await outcomes('NOT_JSON', status);
    expect(errors.map(isRetryable)).toEqual(names.map(() => mayBeMadeAgain));
  });
});

describe('a run whose service stalls', () => {
  const time = virtualTime();
  let cloud: InProcess;
  beforeAll(async () => {
    cloud = await InProcess.start({});
  });
  afterAll(() => cloud.stop());

  async function run(variable: string, deploy: () => ReturnType<InProcess['deploy']>, fault: Fault = 'STALLS') {
    const url = (process.env[variable] = await start(fault));
    time.stalls(url);
    const begun = performance.now();
    try {
      return { ...(await time.until(deploy())), seconds: (performance.now() - begun) / 1000 };
    } finally {
      delete process.env[variable];
    }
  }

  const secret = () => ({ Source: 'secret', SecretArn: storeSecret(cloud.aws, 'tokens', '["one","two"]') });

  test.each<[string, string, () => ReturnType<InProcess['deploy']>]>([
    ['DeleteConnection', 'AWS_ENDPOINT_URL_IOT_DATA_PLANE', () => cloud.deploy(mqtt, ['a', 'b'], {}, 2)],
    ['DisconnectParticipant', 'AWS_ENDPOINT_URL_CONNECTPARTICIPANT', () => cloud.deploy(chat, secret(), {}, 2)],
    ['DeleteManagedThing', 'AWS_ENDPOINT_URL_IOT_MANAGED_INTEGRATIONS', () => cloud.deploy(things, ['a', 'b'], {}, 2)],
  ])('at %s is answered some seconds after its time, with what is left', async (_, variable, deploy) => {
    const { seconds, ...answer } = await run(variable, deploy, 'TRICKLES');
    expect(answer).toMatchObject({
      Ended: 0,
      reason: expect.stringMatching(/^2 of 2 .* were not reached before the timeout, or gave no answer in time\. Details are in log stream log-stream\./),
    });
    expect(seconds).toBeLessThan(9);
  });

  test('at DescribeStacks is answered without anything being touched', async () => {
    const { seconds, reason } = await run('AWS_ENDPOINT_URL_CLOUDFORMATION', () => cloud.deploy(mqtt, ['a'], {}, 2));
    expect(reason).toContain('the status of the stack could not be read (no answer came in time): nothing was touched');
    expect(seconds).toBeLessThan(9);
  });

  test('while targets are listed is answered without anything being touched', async () => {
    const { seconds, reason } = await run('AWS_ENDPOINT_URL_SECRETS_MANAGER', () => cloud.deploy(chat, secret(), {}, 2));
    expect(reason).toContain('the time was up before all chat participants were found, 0 so far: nothing was touched');
    expect(seconds).toBeLessThan(9);
  });

  test('for CONTINUE goes on in time', async () => {
    const { seconds, ...answer } = await run('AWS_ENDPOINT_URL_IOT_DATA_PLANE', () => cloud.deploy(mqtt, ['a'], {}, 2, { OnFailure: 'CONTINUE' }));
    expect(answer).toMatchObject({ Ended: 0, Failed: 0, reason: undefined });
    expect(seconds).toBeLessThan(9);
  });
});
