import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { AwsError, NotImplemented } from '../service';

/** How long a table is CREATING, UPDATING or DELETING. */
const STATE_MS = 20;
/** Dynalite looks that there is a signature, not what it says. */
const AUTHORIZATION = 'AWS4-HMAC-SHA256 Credential=local/20260101/local/dynamodb/aws4_request, SignedHeaders=host, Signature=local';

// It has no types.
const load = createRequire(__filename);

export interface Answer {
  readonly status: number;
  readonly body: any;
}

/** Dynalite, in memory, on a port of its own. */
export class Dynalite {
  private server?: Server;

  async start(): Promise<void> {
    // Its Scan refuses consistent reads of a global index as DynamoDB does, but its validation takes the parameter away before.
    typesOf('Scan').ConsistentRead = 'Boolean';
    const server: Server = load('dynalite')({ createTableMs: STATE_MS, updateTableMs: STATE_MS, deleteTableMs: STATE_MS });
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
    this.server = server;
  }

  async stop(): Promise<void> {
    const { server } = this;
    if (!server) return;
    this.server = undefined;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  async send(operation: string, input: object): Promise<Answer> {
    if (!this.server) throw new Error('DynamoDB is not started');
    // Dynalite leaves out without a word what it does not know.
    const unknown = unknownIn(typesOf(operation), input);
    if (unknown) throw new NotImplemented(`dynamodb ${operation} with ${unknown}`);
    const response = await fetch(`http://127.0.0.1:${(this.server.address() as AddressInfo).port}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDB_20120810.${operation}`,
        'x-amz-date': '20260101T000000Z',
        authorization: AUTHORIZATION,
      },
      body: JSON.stringify(input),
    });
    const body: any = await response.json();
    const table = body.Table ?? body.TableDescription;
    // Its ids are four digits shorter than a UUID.
    if (table) table.TableId = table.TableId.padEnd(36, '0');
    return { status: response.status, body };
  }

  /** The output; throws what is no success. */
  async call(operation: string, input: object): Promise<any> {
    const { status, body } = await this.send(operation, input);
    if (status !== 200) throw new AwsError(String(body.__type).split('#').pop()!, body.message ?? body.Message ?? '', status);
    return body;
  }
}

interface Type {
  readonly type: string;
  readonly children?: Type | Types | string;
}
type Types = Readonly<Record<string, Type | string>>;

function unknownIn(types: Types, given: object, path = ''): string | undefined {
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(types, name)) return path + name;
    const unknown = unknownOf(types[name], value, `${path}${name}`);
    if (unknown) return unknown;
  }
  return undefined;
}

/** Values of attributes have no members of their own, and what has another form than its type Dynalite refuses. */
function unknownOf(type: Type | string, value: unknown, path: string): string | undefined {
  if (typeof type === 'string' || typeof value !== 'object' || value === null || typeof type.children !== 'object') return undefined;
  if (/^(Value|Field)Struct</.test(type.type)) return unknownIn(type.children as Types, value, `${path}.`);
  return Object.entries(value)
    .map(([key, item]) => unknownOf(type.children as Type, item, `${path}.${key}`))
    .find(Boolean);
}

function typesOf(operation: string): Record<string, Type | string> {
  return load(`dynalite/validations/${operation[0].toLowerCase()}${operation.slice(1)}`).types;
}
