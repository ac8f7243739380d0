import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { IParameter } from 'aws-cdk-lib/aws-ssm';
import { PARAMETER } from '../../contract/sources/parameter';
import { SECRET } from '../../contract/sources/secret';
import { allowDecrypt } from '../private/allow-decrypt';
import { differ, environmentOf } from '../private/environment';
import type { TargetSource } from '../private/target-source';

/** What `ChatParticipants.fromSecret` binds to. */
export function secretSource(secret: ISecret, jsonField?: string): TargetSource {
  refuseEmpty(jsonField, 'secret');
  return {
    properties: SECRET.write({ SecretArn: secret.secretArn, JsonField: jsonField }),
    grantRead: (grantee, stack) => {
      iam.Grant.addToPrincipal({
        grantee,
        actions: ['secretsmanager:GetSecretValue'],
        // A secret imported by name has an ARN without the suffix that Secrets Manager gave it.
        resourceArns: [secret.secretFullArn ?? `${secret.secretArn}-??????`],
      });
      if (secret.encryptionKey) allowDecrypt(secret.encryptionKey, grantee, stack, 'secretsmanager', environmentOf(secret, secret.secretArn).region);
    },
  };
}

/** What `ChatParticipants.fromParameter` binds to. */
export function parameterSource(parameter: IParameter, jsonField?: string, encryptionKey?: kms.IKey): TargetSource {
  refuseEmpty(jsonField, 'parameter');
  const environment = environmentOf(parameter, parameter.parameterArn);
  return {
    properties: PARAMETER.write({ Parameter: parameter.parameterName, JsonField: jsonField }),
    problemIn: (stack) => {
      const what = (['region', 'account'] as const).find((part) => differ(environment[part], stack[part]));
      return (
        what &&
        `the parameter ${parameter.node.path} is in the ${what} ${environment[what]}, and Parameter Store reads by name in ${stack[what]} only: ` +
          'keep the tokens in a secret (ChatParticipants.fromSecret), or in a parameter there'
      );
    },
    grantRead: (grantee, stack) => {
      iam.Grant.addToPrincipal({ grantee, actions: ['ssm:GetParameter'], resourceArns: [parameter.parameterArn] });
      // The key that AWS manages, aws/ssm, lets in whoever may read the parameter.
      if (encryptionKey) allowDecrypt(encryptionKey, grantee, stack, 'ssm', environment.region);
    },
  };
}

function refuseEmpty(jsonField: string | undefined, what: string): void {
  if (jsonField === '') throw new Error(`jsonField is "": name a field of the ${what}'s JSON object, or leave it out`);
}
