import * as iam from 'aws-cdk-lib/aws-iam';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { SECRET } from '../../contract/sources/secret';
import { aliasesOf, allowDecrypt } from '../private/allow-decrypt';
import { environmentOf } from '../private/environment';
import { namedResources } from '../private/named-resources';
import { refuseEmptyField, refuseNone } from '../private/refuse-empty';
import type { TargetSource } from '../private/target-source';

/** What `ChatParticipants.fromSecret` binds to. */
export function secretSource(secret: ISecret, jsonField?: string): TargetSource {
  refuseNone('secret', secret?.secretArn, "give a Secret, or Secret.fromSecretNameV2(this, 'Tokens', 'chat-tokens')");
  refuseEmptyField(jsonField, 'secret');
  const environment = environmentOf(secret, secret.secretArn);
  return {
    properties: SECRET.write({ SecretArn: secret.secretArn, JsonField: jsonField }),
    grantRead: (grantee, stack) => {
      iam.Grant.addToPrincipal({
        grantee,
        actions: ['secretsmanager:GetSecretValue'],
        // A secret imported by name has an ARN without the suffix that Secrets Manager gave it.
        resourceArns: [secret.secretFullArn ?? `${secret.secretArn}-??????`],
      });
      if (secret.encryptionKey) allowDecrypt(secret.encryptionKey, grantee, stack, 'secretsmanager', environment.region);
    },
    reads: (order) => [
      ...namedResources(order, 'AWS::SecretsManager::Secret', 'Name', secret.secretName, environment),
      ...aliasesOf(secret.encryptionKey, order),
    ],
  };
}
