import { GetParameterCommand, ParameterNotFound, SSMClient } from '@aws-sdk/client-ssm';
import { READER } from './pages';
import { tokensIn } from './tokens';
import { described } from '../run/failure';
import { optional, text, type Fields } from '../run/parse';

/** The tokens in a SecureString of Parameter Store. */
export async function* parameter(parameters: Fields): AsyncGenerator<string> {
  const name = text(parameters, 'Parameter');
  yield* tokensIn(await read(name), `parameter ${name}`, optional(text)(parameters, 'JsonField'));
}

async function read(Name: string): Promise<string> {
  const client = new SSMClient(READER);
  try {
    const { Parameter } = await client.send(new GetParameterCommand({ Name, WithDecryption: true }));
    if (Parameter?.Type !== 'SecureString') throw new Error(`it is a ${Parameter?.Type}: keep tokens in a SecureString`);
    return Parameter.Value ?? '';
  } catch (error) {
    throw new Error(`parameter ${Name} could not be read: ${error instanceof ParameterNotFound ? 'it does not exist' : described(error)}`);
  } finally {
    client.destroy();
  }
}
