import { GetSecretValueCommand, InvalidRequestException, ResourceNotFoundException, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SECRET } from '../../contract/sources/secret';
import { Explained } from '../../contract/explained-error';
import { forReading, regionOf } from '../clients/client-options';
import type { Reads } from '../calls/reads';
import type { Source, TargetsIn } from '../targets/source';

/** The targets in a Secrets Manager secret. */
export function secret(targetsIn: TargetsIn): Source {
  return async function* (parameters, reads) {
    const { SecretArn, JsonField } = SECRET.read(parameters);
    yield* targetsIn(await read(SecretArn, reads), `secret ${SecretArn}`, JsonField);
  };
}

async function read(arn: string, reads: Reads): Promise<string> {
  const client = new SecretsManagerClient(forReading('JSON', regionOf(arn)));
  try {
    const { SecretString, SecretBinary } = await reads.make(`secretsmanager:GetSecretValue on ${arn}`, () =>
      client.send(new GetSecretValueCommand({ SecretId: arn })),
    );
    if (SecretString === undefined) throw new Explained(SecretBinary ? 'it holds bytes and not a string' : 'the answer has no value in it; try again');
    return SecretString;
  } catch (error) {
    throw new Explained(`secret ${arn} could not be read: ${problem(error, arn, reads)}`);
  } finally {
    client.destroy();
  }
}

function problem(error: unknown, arn: string, reads: Reads): string {
  const outlast = 'a secret that is deleted with the stack must outlast the run: runBeforeDeletionOf(secret)';
  // The exceptions have other causes as well, which only their words tell apart.
  if (error instanceof InvalidRequestException && /marked for deletion|scheduled for deletion/.test(error.message)) {
    return `it is scheduled for deletion; restore it with "aws secretsmanager restore-secret --secret-id ${arn}" and try again; ${outlast}`;
  }
  if (error instanceof ResourceNotFoundException) {
    return error.message.includes('staging label') ? 'it has no value yet' : `it does not exist; ${outlast}`;
  }
  return reads.described(error);
}
