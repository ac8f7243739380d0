import { once } from 'node:events';
import {
  ConnectParticipantClient,
  CreateParticipantConnectionCommand,
  DisconnectParticipantCommand,
  SendMessageCommand,
  type ConnectionType,
} from '@aws-sdk/client-connectparticipant';
import { WebSocket } from 'ws';
import { AccessDenied } from '../service';
import { connectionToken, create, disconnect, error, rig, start, stop } from './connect-rig';

/* That a participant's connections open, last and end as AWS says, for who has the token. */
// A1 = https://docs.aws.amazon.com/connect/latest/APIReference/API_connect-participant_DisconnectParticipant.html
// A2 = https://docs.aws.amazon.com/connect/latest/APIReference/API_connect-participant_CreateParticipantConnection.html
// Q3 = https://docs.aws.amazon.com/connect/latest/adminguide/amazon-connect-service-limits.html#connect-participant-api-quotas
const HOUR = 3600_000;
const DENIED = '403 AccessDeniedException: Access denied';

afterEach(async () => {
  jest.restoreAllMocks();
  await stop();
});

async function openWebsocket(participantToken: string): Promise<WebSocket> {
  const socket = new WebSocket((await create(participantToken, 'WEBSOCKET')).Websocket!.Url!);
  await once(socket, 'open');
  return socket;
}

describe('CreateParticipantConnection (A2)', () => {
  beforeEach(() => start());

  it('answers a websocket, connection credentials, or both', async () => {
    const { participantToken } = rig.connect.startChat();
    const both = await create(participantToken, 'WEBSOCKET', 'CONNECTION_CREDENTIALS');
    expect(both.Websocket).toEqual({ Url: expect.stringMatching(/^ws:\/\/127\.0\.0\.1:/), ConnectionExpiry: new Date(rig.now + 100_000).toISOString() });
    expect(both.ConnectionCredentials).toEqual({
      ConnectionToken: expect.stringMatching(/^[\w+/=]{200,600}$/),
      Expiry: new Date(rig.now + 24 * HOUR).toISOString(),
    });
    expect((await create(participantToken, 'CONNECTION_CREDENTIALS')).Websocket).toBeUndefined();
    expect((await create(participantToken, 'WEBSOCKET')).ConnectionCredentials).toBeUndefined();
    expect(participantToken).toMatch(/^[\w+/=]{200,600}$/);
  });

  it('refuses a wrong token, and one whose chat has ended', async () => {
    const { contactId, participantToken } = rig.connect.startChat();
    expect(await error(create('wrong', 'WEBSOCKET'))).toBe(DENIED);
    expect(await error(create(await connectionToken(participantToken), 'WEBSOCKET'))).toBe(DENIED);
    rig.connect.endContact(rig.connect.startChat().contactId);
    expect(await error(create(participantToken, 'WEBSOCKET'))).toBe('no error');
    rig.connect.endContact(contactId);
    // https://github.com/amazon-connect/amazon-connect-chat-ui-examples/issues/133
    expect(await error(create(participantToken, 'WEBSOCKET'))).toBe(DENIED);
  });

  // https://docs.aws.amazon.com/connect/latest/APIReference/API_connect-participant_CreateParticipantConnection.html: Type is not required.
  it('answers nothing if it is asked for nothing', async () => {
    const { participantToken: ParticipantToken } = rig.connect.startChat();
    const { Websocket, ConnectionCredentials } = await rig.api.send(new CreateParticipantConnectionCommand({ ParticipantToken }));
    expect([Websocket, ConnectionCredentials]).toEqual([undefined, undefined]);
  });

  it('knows the types that it is given', async () => {
    const { participantToken } = rig.connect.startChat();
    expect(await error(create(participantToken))).toMatch('400 ValidationException');
    expect(await error(create(participantToken, 'PIGEON' as ConnectionType))).toMatch('400 ValidationException');
    expect(await error(create(participantToken, 'WEBRTC_CONNECTION'))).toMatch('501 NotImplemented');
  });

  it('the participant is connected once its websocket is open', async () => {
    const { participantToken } = rig.connect.startChat({ displayName: 'Ada' });
    await connectionToken(participantToken);
    expect(rig.connect.participants).toMatchObject([{ displayName: 'Ada', state: 'INITIAL' }]);
    await openWebsocket(participantToken);
    expect(rig.connect.participants).toMatchObject([{ state: 'CONNECTED' }]);
  });

  it('the websocket URL is good for 100 seconds', async () => {
    const { participantToken } = rig.connect.startChat();
    const { Url } = (await create(participantToken, 'WEBSOCKET')).Websocket!;
    rig.now += 100_000;
    await expect(once(new WebSocket(Url!), 'open')).rejects.toThrow('401');
  });

  // https://docs.aws.amazon.com/connect/latest/adminguide/feature-limits.html
  it('a participant has up to 5 websockets', async () => {
    const { participantToken } = rig.connect.startChat();
    const sockets = [];
    for (let i = 0; i < 5; i++) sockets.push(await openWebsocket(participantToken));
    await expect(openWebsocket(participantToken)).rejects.toThrow('401');
    sockets[0].close();
    await once(sockets[0], 'close');
    await openWebsocket(participantToken);
  });
});

describe('DisconnectParticipant (A1)', () => {
  beforeEach(() => start());

  it('ends the participant and closes its websockets, and nobody else', async () => {
    const ada = rig.connect.startChat();
    const bob = rig.connect.startChat();
    const sockets = [await openWebsocket(ada.participantToken), await openWebsocket(ada.participantToken)];
    const other = await openWebsocket(bob.participantToken);
    const closed = Promise.all(sockets.map((socket) => once(socket, 'close')));
    expect((await disconnect(await connectionToken(ada.participantToken))).$metadata.httpStatusCode).toBe(200);
    expect((await closed).map(([code]) => code)).toEqual([1000, 1000]);
    expect(other.readyState).toBe(WebSocket.OPEN);
    expect(rig.connect.participants.map(({ state }) => state)).toEqual(['DISCONNECTED', 'CONNECTED']);
  });

  it('no websocket opens by an URL from before the disconnect', async () => {
    const { participantToken } = rig.connect.startChat();
    const { Websocket, ConnectionCredentials } = await create(participantToken, 'WEBSOCKET', 'CONNECTION_CREDENTIALS');
    await disconnect(ConnectionCredentials!.ConnectionToken!);
    await expect(once(new WebSocket(Websocket!.Url!), 'open')).rejects.toThrow('401');
  });

  // Not documented; reported at the addresses below.
  it.each<[string, () => Promise<string>]>([
    [
      'a second time (https://github.com/aws-samples/aws-lex-web-ui/issues/365)',
      async () => {
        const token = await connectionToken();
        await disconnect(token);
        return token;
      },
    ],
    [
      'an ended chat (https://github.com/amazon-connect/amazon-connect-chat-ui-examples/issues/133)',
      async () => {
        const { contactId, participantToken } = rig.connect.startChat();
        const token = await connectionToken(participantToken);
        rig.connect.endContact(contactId);
        return token;
      },
    ],
    [
      'a chat that is over after its 25 hours (https://docs.aws.amazon.com/connect/latest/adminguide/feature-limits.html)',
      async () => {
        const { participantToken } = rig.connect.startChat();
        rig.now += 24 * HOUR;
        const token = await connectionToken(participantToken);
        rig.now += HOUR;
        return token;
      },
    ],
    ['a participant token (https://github.com/amazon-connect/amazon-connect-chatjs/issues/120)', async () => rig.connect.startChat().participantToken],
    ['a wrong token (https://github.com/amazon-connect/amazon-connect-chatjs/issues/126)', async () => 'wrong'],
    [
      'a connection token after its day (A2)',
      async () => {
        const token = await connectionToken(rig.connect.startChat({ durationInMinutes: 10080 }).participantToken);
        rig.now += 24 * HOUR;
        return token;
      },
    ],
  ])('is denied: %s', async (_what, token) => {
    expect(await error(disconnect(await token()))).toBe(DENIED);
  });

  it('takes a connection token until its day is over (A2)', async () => {
    const token = await connectionToken(rig.connect.startChat({ durationInMinutes: 10080 }).participantToken);
    rig.now += 24 * HOUR - 1;
    expect(await error(disconnect(token))).toBe('no error');
  });

  it.each([{}, { 'x-amz-bearer': '' }, { 'x-amz-bearer': 'x'.repeat(1001) }])('is not valid without a token of 1 to 1000 characters', async (headers) => {
    const response = await fetch(`${rig.url}/participant/disconnect`, { method: 'POST', body: '{}', headers: headers as Record<string, string> });
    expect([response.status, response.headers.get('x-amzn-errortype')]).toEqual([400, 'ValidationException']);
  });
});

describe('signatures', () => {
  it('takes calls that the SDK signs with execute-api, and asks IAM nothing (A1)', async () => {
    await start({}, () => {
      throw new AccessDenied('not authorized to perform');
    });
    const signing = new ConnectParticipantClient({ region: 'ca-central-1', endpoint: rig.url, credentials: { accessKeyId: 'AKIA', secretAccessKey: 's' } });
    const token = await connectionToken();
    await signing.send(new DisconnectParticipantCommand({ ConnectionToken: token }));
    expect(rig.server.calls.map(({ service, path }) => `${service} ${path}`)).toEqual([
      'unsigned /participant/connection',
      'execute-api /participant/disconnect',
    ]);
    signing.destroy();
  });

  it('does not pretend to know other calls', async () => {
    await start();
    expect(await error(rig.api.send(new SendMessageCommand({ ConnectionToken: 't', ContentType: 'text/plain', Content: 'x' })))).toMatch('501 NotImplemented');
  });
});

describe('quotas (Q3)', () => {
  it.each([
    ['DisconnectParticipant', 3, 5],
    ['CreateParticipantConnection', 6, 9],
  ])('%s: %d a second, a burst of %d', async (operation, rate, burst) => {
    const clock = jest.spyOn(performance, 'now').mockReturnValue(0);
    await start({ quotas: {} });
    const throttled = async (calls: number) => {
      const outcomes = await Promise.all(
        Array.from({ length: calls }, () => error(operation === 'DisconnectParticipant' ? disconnect('wrong') : create('wrong', 'WEBSOCKET'))),
      );
      return outcomes.filter((outcome) => outcome === '429 ThrottlingException: Rate exceeded').length;
    };
    expect(await throttled(burst + 2)).toBe(2);
    clock.mockReturnValue(1000);
    expect(await throttled(rate + 1)).toBe(1);
    clock.mockReturnValue(60_000);
    expect(await throttled(burst + 1)).toBe(1);
  });
});
