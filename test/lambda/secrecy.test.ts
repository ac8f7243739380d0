import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { handler } from '../../lambda/chat';
import { Calls } from '../../lambda/calls/calls';
import { Denials } from '../../lambda/calls/denials';
import { Words } from '../../lambda/calls/redaction';
import { InProcess } from '../support/in-process';
import { storeParameter } from '../support/parameter';
import { storeSecret } from '../support/secret';
import { createTable } from '../support/table';

/* Whatever a service answers, in whatever shape it repeats a secret: nothing of it is told. */

/** Long, with characters that every encoding writes in another way. */
const TOKEN = "kanarienvogel+/=&<%>'~KANARIENVOGEL.w8k3Vq0Zx/yTb5nM";
const CONNECTION_TOKEN = "nachtigall+/=&<%>'~NACHTIGALL.p2Rj7Lg4/hXc9QsW";
/** No part of a secret so long may be anywhere. */
const PART = 8;

const SHAPES: Record<string, (secret: string) => string> = {
  'as it is': (secret) => secret,
  'URL-encoded': encodeURIComponent,
  'URL-encoded twice': (secret) => encodeURIComponent(encodeURIComponent(secret)),
  'in base64': (secret) => Buffer.from(secret).toString('base64'),
  'in base64url': (secret) => Buffer.from(secret).toString('base64url'),
  'in hex': (secret) => Buffer.from(secret).toString('hex'),
  'JSON-escaped': (secret) => [...secret].map((character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
  'HTML-escaped': (secret) => [...secret].map((character) => `&#${character.charCodeAt(0)};`).join(''),
  'in part': (secret) => secret.slice(3, -3),
  wrapped: (secret) => secret.match(/.{1,10}/g)!.join('\n'),
  'in upper case': (secret) => secret.toUpperCase(),
  backwards: (secret) => [...secret].reverse().join(''),
};

/** What a service may write it into, for a text that may be any. */
const ANSWERS: Record<string, (text: string, response: ServerResponse) => void> = {
  'the message of a 400': (text, response) => response.writeHead(400, type('ValidationException')).end(JSON.stringify({ message: text, Message: text })),
  'the message of a 403': (text, response) => response.writeHead(403, type('AccessDeniedException')).end(JSON.stringify({ message: text, Message: text })),
  'the type of the error, in the body': (text, response) => response.writeHead(400).end(JSON.stringify({ __type: text, code: text, Code: text, name: text })),
  'the type of the error, in the header': (text, response) =>
    response.writeHead(400, { 'x-amzn-errortype': flat(text), 'x-amzn-query-error': `${flat(text)};Sender` }).end('{}'),
  'the members of an error': (text, response) =>
    response
      .writeHead(400, type('ValidationException'))
      .end(JSON.stringify({ errno: text, syscall: text, stack: text, $metadata: { requestId: text }, [flat(text)]: text })),
  'malformed JSON of 200': (text, response) => response.writeHead(200).end(`{"${text}`),
  'malformed JSON of 400': (text, response) => response.writeHead(400, type('ValidationException')).end(`{"${text}`),
  'HTML of 400': (text, response) => response.writeHead(400, { 'content-type': 'text/html' }).end(`<p>${text}</p>`),
  'a JSON string of 200': (text, response) => response.writeHead(200).end(JSON.stringify(text)),
  'members of 200 that nobody knows': (text, response) =>
    response.writeHead(200).end(JSON.stringify({ [text]: text, Parameter: { Type: text, Value: text }, Items: [{ token: { [text]: text } }] })),
  'the request id': (text, response) =>
    response
      .writeHead(400, {
        ...type('ValidationException'),
        'x-amzn-requestid': flat(text),
        'x-amz-request-id': flat(text),
        'x-amz-id-2': flat(text),
        'x-amz-cf-id': flat(text),
      })
      .end('{}'),
  'a redirect': (text, response) => response.writeHead(307, { location: `http://127.0.0.1:1/${flat(text)}` }).end(),
  'the reason of the status': (text, response) => response.writeHead(418, flat(text)).end(),
};
const type = (name: string) => ({ 'x-amzn-errortype': name });
const flat = (text: string) => text.replace(/\s/g, ' ');

let cloud: InProcess;
let server: Server;
/** What is answered to the n-th call. */
let answer: (nth: number, response: ServerResponse) => void;
let calls: number;
const OPERATIONS = {
  DisconnectParticipant: { service: 'CONNECTPARTICIPANT' },
  CreateParticipantConnection: { service: 'CONNECTPARTICIPANT' },
  'DisconnectParticipant with a token that was exchanged': { service: 'CONNECTPARTICIPANT' },
  GetSecretValue: { service: 'SECRETS_MANAGER' },
  GetParameter: { service: 'SSM' },
  Scan: { service: 'DYNAMODB' },
  Query: { service: 'DYNAMODB' },
};
type Operation = keyof typeof OPERATIONS;

beforeAll(async () => {
  // A denial is believed at once, as at a delete, and nothing is waited for between two calls.
  jest.spyOn(Denials.prototype, 'mayPass').mockReturnValue(false);
  jest.spyOn(Calls.prototype, 'pause').mockResolvedValue(true);
  cloud = await InProcess.start({ quotas: { connect: 'none' } });
  await storeParameter(cloud.aws, '/token', TOKEN);
  await createTable(cloud.aws, 'Tokens', [{ token: { S: TOKEN } }]);
  server = createServer((request, response) => {
    request.resume();
    answer((calls += 1), response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await cloud.stop();
});

const TARGETS: Partial<Record<Operation, object>> = {
  GetParameter: { Source: 'parameter', Parameter: '/token' },
  Scan: { Source: 'table', Table: 'Tokens', Attribute: 'token' },
  Query: { Source: 'table', Table: 'Tokens', Attribute: 'token', Partition: { Attribute: 'kind', Type: 'S', Value: 'kiosk' } },
};

/** All that is written and answered while a service answers so. */
async function told(operation: Operation, level: string, answers: typeof answer): Promise<string> {
  const written: string[] = [];
  const spies = [process.stdout, process.stderr].map((stream) => jest.spyOn(stream, 'write').mockImplementation((text) => Boolean(written.push(String(text)))));
  const consoles = (['debug', 'info', 'log', 'warn', 'error', 'trace'] as const).map((name) =>
    jest.spyOn(console, name).mockImplementation((...what) => void written.push(what.map(String).join(' '))),
  );
  const variable = `AWS_ENDPOINT_URL_${OPERATIONS[operation].service}`;
  const before = process.env.POWERTOOLS_LOG_LEVEL;
  Object.assign(process.env, { [variable]: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, POWERTOOLS_LOG_LEVEL: level, POWERTOOLS_DEV: 'true' });
  answer = answers;
  calls = 0;
  try {
    const targets = TARGETS[operation] ?? { Source: 'secret', SecretArn: storeSecret(cloud.aws, 'tokens', TOKEN) };
    const kind = /^CreateP|exchanged/.test(operation) ? 'PARTICIPANT' : 'CONNECTION';
    const answered = await cloud.deploy(handler, targets, { TokenKind: kind, DeniedToken: 'FAIL' }, 60);
    return JSON.stringify(answered) + written.join('\n');
  } finally {
    delete process.env[variable];
    process.env.POWERTOOLS_LOG_LEVEL = before;
    [...spies, ...consoles].forEach((spy) => spy.mockRestore());
  }
}

/** Every part of every shape of a secret, as it is and within JSON. */
const PARTS = [TOKEN, CONNECTION_TOKEN].flatMap((secret) =>
  Object.entries(SHAPES).flatMap(([name, shaped]) => {
    const shape = shaped(secret);
    const parts = Array.from({ length: shape.length - PART + 1 }, (_, at) => shape.slice(at, at + PART));
    return parts.map((part) => ({ name, part, inJson: JSON.stringify(part).slice(1, -1) }));
  }),
);

/** The first part of a secret, in any shape, that a text has in it. */
function leakIn(text: string): string | undefined {
  const leak = PARTS.find(({ part, inJson }) => text.includes(part) || text.includes(inJson));
  return leak && `${leak.name}: ${leak.part}`;
}

test('a leak would be seen, in any shape', () => {
  for (const shaped of Object.values(SHAPES)) expect(leakIn(`{"reason":${JSON.stringify(shaped(TOKEN))}}`)).toBeDefined();
  expect(leakIn('participant ae44c3b4: HTTP status 400')).toBeUndefined();
});

const exchanged = (response: ServerResponse) => response.end(JSON.stringify({ ConnectionCredentials: { ConnectionToken: CONNECTION_TOKEN } }));

describe.each(Object.keys(OPERATIONS) as Operation[])('%s', (operation) => {
  test.each(Object.keys(ANSWERS))('that repeats it in %s', async (place) => {
    // One call after another would take the SDK's retries for each; so all shapes are in one text as well.
    const secrets = operation.startsWith('Disc') ? [TOKEN, CONNECTION_TOKEN] : [TOKEN];
    const shapes = secrets.flatMap((secret) => Object.values(SHAPES).map((shaped) => shaped(secret)));
    for (const text of place.startsWith('the type') || place === 'the request id' ? shapes : [shapes.join(' ')]) {
      const everything = await told(operation, 'TRACE', (nth, response) =>
        operation.endsWith('exchanged') && nth % 2 === 1 ? exchanged(response) : ANSWERS[place](text, response),
      );
      expect(everything.length).toBeGreaterThan(50);
      expect(leakIn(everything)).toBeUndefined();
    }
  });
});

test('what looks like an error code of Node is told only if it is one', async () => {
  const SecretArn = storeSecret(cloud.aws, 'capitals', 'EKANARIENVOGEL');
  process.env.AWS_ENDPOINT_URL_CONNECTPARTICIPANT = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    answer = (_, response) => ANSWERS['the type of the error, in the body']('EKANARIENVOGEL', response);
    expect((await cloud.deploy(handler, { Source: 'secret', SecretArn }, {})).reason).toMatch(/participant \w{8}: HTTP status 400\. Details/);
  } finally {
    delete process.env.AWS_ENDPOINT_URL_CONNECTPARTICIPANT;
  }
  const fault = Object.assign(new Error(`${TOKEN} hung up`), { name: 'TimeoutError', code: 'ECONNRESET' });
  expect(new Words(true).of(fault)).toEqual({ name: 'TimeoutError', message: 'ECONNRESET' });
});
