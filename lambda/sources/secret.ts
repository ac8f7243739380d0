import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { requestHandler } from '../clients/request-handler';
import { described } from '../run/failure';
import { optional, text, type Fields } from '../run/parse';

/** The tokens in a Secrets Manager secret: one, or a JSON array of them, in the whole secret or in one field. */
export async function* secret(parameters: Fields): AsyncGenerator<string> {
  const arn = text(parameters, 'SecretArn');
  yield* tokensIn(await read(arn), `secret ${arn}`, optional(text)(parameters, 'JsonField'));
}

async function read(arn: string): Promise<string> {
  const client = new SecretsManagerClient({ requestHandler });
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
    if (SecretString === undefined) throw new Error('it holds bytes and not a string');
    return SecretString;
  } catch (error) {
    throw new Error(`secret ${arn} could not be read: ${described(error)}`);
  } finally {
    client.destroy();
  }
}

/** No message may repeat what the secret holds; JSON.parse would. */
function tokensIn(value: string, what: string, field?: string): string[] {
  const held = field === undefined ? parsed(value) ?? value : fieldOf(parsed(value), field, what);
  const tokens = Array.isArray(held) ? held : [held];
  if (!tokens.every((token) => typeof token === 'string' && token !== '')) {
    throw new Error(`${what} holds neither a token nor a JSON array of tokens${field === undefined ? '' : ` in field ${JSON.stringify(field)}`}`);
  }
  return tokens;
}

function fieldOf(object: unknown, field: string, what: string): unknown {
  if (typeof object !== 'object' || object === null || Array.isArray(object)) {
    throw new Error(`${what} holds no JSON object, so it has no field ${JSON.stringify(field)}`);
  }
  if (!Object.hasOwn(object, field)) throw new Error(`${what} has no field ${JSON.stringify(field)}`);
  return (object as Record<string, unknown>)[field];
}

function parsed(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}
