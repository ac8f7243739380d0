import { GetParameterCommand, ParameterNotFound, SSMClient } from '@aws-sdk/client-ssm';
import { PARAMETER } from '../../contract/sources/parameter';
import { Explained } from '../../contract/explained-error';
import { forReading } from '../clients/client-options';
import type { Reads } from '../calls/reads';
import type { Source, TargetsIn } from '../targets/source';

/** The targets in a SecureString of Parameter Store. */
export function parameter(targetsIn: TargetsIn): Source {
  return async function* (parameters, reads) {
    const { Parameter, JsonField } = PARAMETER.read(parameters);
    yield* targetsIn(await read(Parameter, reads), `parameter ${Parameter}`, JsonField);
  };
}

async function read(Name: string, reads: Reads): Promise<string> {
  const client = new SSMClient(forReading('JSON'));
  try {
    const { Parameter } = await reads.make(`ssm:GetParameter on parameter ${Name}`, () => client.send(new GetParameterCommand({ Name, WithDecryption: true })));
    if (Parameter?.Type === undefined || Parameter.Value === undefined) throw new Explained('the answer has no value in it; try again');
    // Not with the type's name, which the service wrote.
    if (Parameter.Type !== 'SecureString')
      throw new Explained(`it is a ${Parameter.Type === 'StringList' ? 'StringList' : 'String'}: keep tokens in a SecureString`);
    return Parameter.Value;
  } catch (error) {
    throw new Explained(`parameter ${Name} could not be read: ${error instanceof ParameterNotFound ? 'it does not exist' : reads.described(error)}`);
  } finally {
    client.destroy();
  }
}
