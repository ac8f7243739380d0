import { AccessDenied } from '../service';
import { connectionToken, disconnect, error, rig, start, stop } from './connect-rig';

/* That a chat is started by its call, within quotas and permissions. */
// Q3 = https://docs.aws.amazon.com/connect/latest/adminguide/amazon-connect-service-limits.html#connect-participant-api-quotas

afterEach(async () => {
  jest.restoreAllMocks();
  await stop();
});

describe('StartChatContact (https://docs.aws.amazon.com/connect/latest/APIReference/API_StartChatContact.html)', () => {
  async function startChatContact(body: object): Promise<[number, any]> {
    const authorization = 'AWS4-HMAC-SHA256 Credential=AKIA/20260101/ca-central-1/connect/aws4_request, SignedHeaders=host, Signature=0';
    const response = await fetch(`${rig.url}/contact/chat`, { method: 'PUT', body: JSON.stringify(body), headers: { authorization } });
    return [response.status, await response.json()];
  }
  const request = () => ({ InstanceId: rig.connect.instanceId, ContactFlowId: 'flow', ParticipantDetails: { DisplayName: 'Ada' } });

  it('opens a chat', async () => {
    await start();
    const [status, { ContactId, ParticipantId, ParticipantToken }] = await startChatContact(request());
    expect(status).toBe(200);
    expect(rig.connect.participants).toMatchObject([{ contactId: ContactId, participantId: ParticipantId, displayName: 'Ada' }]);
    expect(await error(disconnect(await connectionToken(ParticipantToken)))).toBe('no error');
  });

  it('refuses what is missing, unknown or out of bounds', async () => {
    await start();
    expect((await startChatContact({}))[0]).toBe(400);
    expect((await startChatContact({ ...request(), ChatDurationInMinutes: 59 }))[0]).toBe(400);
    expect((await startChatContact({ ...request(), InstanceId: 'other' }))[0]).toBe(404);
    expect((await startChatContact({ ...request(), PersistentChat: {} }))[0]).toBe(501);
  });

  it('asks IAM for the contact flow (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonconnect.html)', async () => {
    const asked: string[] = [];
    await start({ instanceId: 'i' }, (_caller, action, resource) => {
      asked.push(`${action} ${resource}`);
      throw new AccessDenied('not authorized to perform');
    });
    expect((await startChatContact(request()))[0]).toBe(403);
    expect(asked).toEqual(['connect:StartChatContact arn:aws:connect:ca-central-1:123456789012:instance/i/contact-flow/flow']);
  });

  it('allows a burst of 8 (Q3)', async () => {
    jest.spyOn(performance, 'now').mockReturnValue(0);
    await start({ quotas: {} });
    const statuses = await Promise.all(Array.from({ length: 9 }, async () => (await startChatContact(request()))[0]));
    expect(statuses.sort()).toEqual([...Array(8).fill(200), 429]);
  });
});
