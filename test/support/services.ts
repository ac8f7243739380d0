import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Source } from '../../lambda/targets/source';
import type { Fields } from '../../contract/fields';
import { tokensIn } from '../../lambda/chat/tokens';
import { contactsInProgress } from '../../lambda/sources/contacts-in-progress';
import { fleetIndex } from '../../lambda/sources/fleet-index';
import { managedThings } from '../../lambda/sources/managed-things';
import { manifest } from '../../lambda/sources/manifest';
import { parameter } from '../../lambda/sources/parameter';
import { policyTargets } from '../../lambda/sources/policy-targets';
import { secret } from '../../lambda/sources/secret';
import { table } from '../../lambda/sources/table';
import { thingGroup } from '../../lambda/sources/thing-group';

interface Example {
  readonly source: Source;
  readonly parameters: Fields;
  /** Of the service that is asked, with two targets, `a` and `b`. */
  readonly body: object | string;
  readonly headers?: Record<string, string>;
}

/** Every source that calls a service, by what the service is asked for. */
export const SOURCES = {
  manifest: {
    source: manifest,
    parameters: { Bucket: 'fleet', Key: 'list.txt', Format: 'LINES' },
    body: 'a\nb\n',
    headers: { 'content-range': 'bytes 0-3/4', etag: '"1"' },
  },
  table: { source: table, parameters: { Table: 'Fleet', Attribute: 'id' }, body: { Items: [{ id: { S: 'a' } }, { id: { S: 'b' } }] } },
  secret: { source: secret(tokensIn), parameters: { SecretArn: 'tokens' }, body: { SecretString: '["a","b"]' } },
  parameter: { source: parameter(tokensIn), parameters: { Parameter: 'tokens' }, body: { Parameter: { Type: 'SecureString', Value: '["a","b"]' } } },
  'thing group': { source: thingGroup, parameters: { ThingGroup: 'kiosks' }, body: { things: ['a', 'b'] } },
  'fleet index': {
    source: fleetIndex,
    parameters: { Query: 'thingName:*', IncludeDisconnected: 'true' },
    body: { things: [{ thingName: 'a' }, { thingName: 'b' }] },
  },
  'policy targets': { source: policyTargets, parameters: { PolicyName: 'kiosks' }, body: { targets: ['a', 'b'] } },
  'contacts in progress': {
    source: contactsInProgress,
    parameters: { InstanceArn: 'arn:aws:connect:ca-central-1:123456789012:instance/i', Channels: ['CHAT', 'TASK'], InitiatedWithinSeconds: '60' },
    body: {
      Contacts: [
        { Id: 'a', Channel: 'CHAT' },
        { Id: 'b', Channel: 'TASK' },
      ],
    },
  },
  'managed things': { source: managedThings, parameters: { Filter: { OwnerFilter: 'us' } }, body: { Items: [{ Id: 'a' }, { Id: 'b' }] } },
} satisfies Record<string, Example>;
export type SourceName = keyof typeof SOURCES;
export const SOURCE_NAMES = Object.keys(SOURCES) as SourceName[];

const OF_SERVICES: Record<string, SourceName> = {
  s3: 'manifest',
  dynamodb: 'table',
  secretsmanager: 'secret',
  ssm: 'parameter',
  iotmanagedintegrations: 'managed things',
  connect: 'contacts in progress',
};

/** Of the services that several sources ask, by how their paths begin. */
const OF_PATHS: Record<string, SourceName> = {
  '/thing-groups': 'thing group',
  '/policy-targets': 'policy targets',
  '/indices': 'fleet index',
  '/indexing': 'fleet index',
};

export interface Asked {
  readonly source: SourceName;
  /** That the request is signed for. */
  readonly region: string;
  readonly request: IncomingMessage;
}

type Answer = (asked: Asked, nth: number, response: ServerResponse) => void;

/** All services that sources ask, at one address that the environment names while it is there. */
export class Services {
  static async start(answer: Answer = (asked, _, response) => answerWhole(asked.source, response)): Promise<Services> {
    const services = new Services(answer);
    await new Promise<void>((resolve) => services.server.listen(0, '127.0.0.1', resolve));
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(services.server.address() as AddressInfo).port}`,
      AWS_REGION: 'ca-central-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    });
    return services;
  }

  readonly asked: Asked[] = [];
  readonly connections = new Set<Socket>();
  private readonly server: Server;
  private readonly env = { ...process.env };

  private constructor(answer: Answer) {
    this.server = createServer((request, response) => {
      request.resume();
      const asked = { ...signedFor(request), request };
      this.asked.push(asked);
      answer(asked, this.asked.filter(({ source }) => source === asked.source).length, response);
    });
    // Whoever opens a connection closes it.
    this.server.keepAliveTimeout = 0;
    this.server.on('connection', (socket) => {
      this.connections.add(socket);
      socket.on('close', () => this.connections.delete(socket));
    });
  }

  async stop(): Promise<void> {
    process.env = this.env;
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

function signedFor({ headers, url }: IncomingMessage): Pick<Asked, 'source' | 'region'> {
  const [, region, service] = /Credential=[^/]+\/\d+\/([^/]+)\/([^/]+)\//.exec(headers.authorization!)!;
  return { source: OF_SERVICES[service] ?? OF_PATHS[/^\/[^/?]+/.exec(url!)![0]], region };
}

/** As the service does. */
export function answerWhole(source: SourceName, response: ServerResponse): void {
  const { body, headers }: Example = SOURCES[source];
  answerWith(body, response, headers);
}

/** With all headers, and half of the body. */
export function answerHalf(source: SourceName, response: ServerResponse): void {
  const { body, headers }: Example = SOURCES[source];
  const text = begun(body, response, headers);
  response.write(text.subarray(0, text.length / 2));
}

export function answerWith(body: Example['body'], response: ServerResponse, headers?: Example['headers']): void {
  response.end(begun(body, response, headers));
}

function begun(body: Example['body'], response: ServerResponse, headers: Example['headers'] = {}): Buffer {
  const text = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  response.writeHead(headers['content-range'] ? 206 : 200, { 'content-length': text.length, ...headers });
  return text;
}
