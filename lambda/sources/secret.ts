import { GetSecretValueCommand, InvalidRequestException, ResourceNotFoundException, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { READER } from './pages';
import { tokensIn } from './tokens';
import { described } from '../run/failure';
import { optional, text, type Fields } from '../run/parse';

/** The tokens in a Secrets Manager secret: one, or a JSON array of them, in the whole secret or in one field. */
export async function* secret(parameters: Fields): AsyncGenerator<string> {
  const arn = text(parameters, 'SecretArn');
  yield* tokensIn(await read(arn), `secret ${arn}`, optional(text)(parameters, 'JsonField'));
}

async function read(arn: string): Promise<string> {
  const client = new SecretsManagerClient(READER);
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
    if (SecretString === undefined) throw new Error('it holds bytes and not a string');
    return SecretString;
  } catch (error) {
    throw new Error(`secret ${arn} could not be read: ${problem(error, arn)}`);
  } finally {
    client.destroy();
  }
}

function problem(error: unknown, arn: string): string {
  const outlast = 'a secret that is deleted with the stack must outlast the run: runBeforeDeletionOf(secret)';
  // The exceptions have other causes as well, which only their words tell apart.
  if (error instanceof InvalidRequestException && /marked for deletion|scheduled for deletion/.test(error.message)) {
    return `it is scheduled for deletion; restore it with "aws secretsmanager restore-secret --secret-id ${arn}" and try again; ${outlast}`;
  }
  if (error instanceof ResourceNotFoundException) {
    return error.message.includes('staging label') ? 'it has no value yet' : `it does not exist; ${outlast}`;
  }
  return described(error);
}
