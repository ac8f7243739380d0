import { handler as chat } from '../../lambda/chat';
import { handler as mqtt } from '../../lambda/mqtt';
import { Denials } from '../../lambda/calls/denials';
import { managedThings } from '../../lambda/sources/managed-things';
import { handler as things } from '../../lambda/things';
import { InProcess } from '../support/in-process';
import { reads } from '../support/reads';
import { scripted, type Line, type Scripted, type Script } from '../support/scripted';
import { storeSecret } from '../support/secret';

/* A permission that was given a moment ago may not be in force: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html */

let cloud: InProcess;
let service: Scripted;
beforeAll(async () => {
  cloud = await InProcess.start({});
});
afterAll(() => cloud.stop());

const FORBIDDEN: Line = [403, 'ForbiddenException'];
const DENIED: Line = [403, 'AccessDeniedException'];
const ACCEPTED: Line = [204];

async function told<T>(variable: string, script: Script, work: () => Promise<T>): Promise<T> {
  service = await scripted(script);
  process.env[variable] = service.url;
  try {
    return await work();
  } finally {
    delete process.env[variable];
    await service.stop();
  }
}

const ENDED = { Ended: 1, Failed: 0, reason: undefined };

describe('on a deploy', () => {
  test('a call for a target that is denied is made again', async () => {
    expect(await told('AWS_ENDPOINT_URL_IOT_DATA_PLANE', { DELETE: [FORBIDDEN, FORBIDDEN, [200]] }, () => cloud.deploy(mqtt, ['kiosk'], {}))).toMatchObject(
      ENDED,
    );
    expect(await told('AWS_ENDPOINT_URL_IOT_MANAGED_INTEGRATIONS', { DELETE: [DENIED, ACCEPTED] }, () => cloud.deploy(things, ['lamp'], {}))).toMatchObject(
      ENDED,
    );
  });

  test('and so is one that lists targets', async () => {
    const script: Script = { GET: [DENIED, [200, { Items: [{ Id: 'lamp', Role: 'DEVICE' }] }]] };
    const list = () => managedThings({ Filter: { OwnerFilter: 'us' } }, reads({ deploys: true })).next();
    expect(await told('AWS_ENDPOINT_URL_IOT_MANAGED_INTEGRATIONS', script, list)).toMatchObject({ value: { id: 'lamp' } });
  });

  test('and the one that asks for the status of the stack', async () => {
    // Errors of a Query service are XML, and the SDK takes an unknown body for its status.
    const answer = await told('AWS_ENDPOINT_URL_CLOUDFORMATION', { POST: [[403]] }, () => cloud.deploy(mqtt, ['kiosk'], {}, 4));
    expect(answer.reason).toContain("the status of the stack could not be read (see that the provider's role is allowed cloudformation:DescribeStacks on ");
    expect(service.calls.length).toBeGreaterThan(1);
  });

  test('a permission that is still missing when the time is up is named', async () => {
    expect(await told('AWS_ENDPOINT_URL_IOT_DATA_PLANE', { DELETE: [FORBIDDEN] }, () => cloud.deploy(mqtt, ['kiosk'], {}, 3))).toMatchObject({
      Failed: 1,
      reason: expect.stringContaining("kiosk: see that the provider's role is allowed iot:DeleteConnection on client/kiosk: scripted"),
    });
  });
});

test('at a delete a denial is believed at once, and names the permission', async () => {
  expect(await told('AWS_ENDPOINT_URL_IOT_DATA_PLANE', { DELETE: [FORBIDDEN, [200]] }, () => cloud.destroy(mqtt, ['kiosk'], {}))).toMatchObject({
    Failed: 1,
    reason: expect.stringContaining(
      "(1 ForbiddenException), for example kiosk: see that the provider's role is allowed iot:DeleteConnection on client/kiosk: scripted",
    ),
  });
  expect(service.calls).toHaveLength(1);
});

test('a token that is denied is no matter of permissions', async () => {
  const SecretArn = storeSecret(cloud.aws, 'token', 'a-token');
  const answer = await told('AWS_ENDPOINT_URL_CONNECTPARTICIPANT', { POST: [DENIED] }, () =>
    cloud.deploy(chat, { Source: 'secret', SecretArn }, { DeniedToken: 'FAIL' }),
  );
  expect(answer).toMatchObject({ Failed: 1, reason: expect.not.stringContaining('allowed') });
  expect(service.calls).toHaveLength(1);
});

test('a denial is doubted for a minute of a deploy, whatever else is not', () => {
  const begun = performance.now();
  const denials = new Denials(true, begun);
  const denial = Object.assign(new Error('no'), { name: 'AccessDenied' });
  const clock = jest.spyOn(performance, 'now');
  try {
    const passes = (ms: number, error: unknown = denial) => {
      clock.mockReturnValue(begun + ms);
      return denials.mayPass(error);
    };
    expect([passes(0), passes(59_000), passes(61_000)]).toEqual([true, true, false]);
    expect(passes(0, new Error('no'))).toBe(false);
    expect(passes(0, Object.assign(new Error('no'), { $metadata: { httpStatusCode: 403 } }))).toBe(true);
  } finally {
    clock.mockRestore();
  }
});
