import * as iam from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IParameter } from 'aws-cdk-lib/aws-ssm';
import { PARAMETER } from '../../contract/sources/parameter';
import { aliasesOf, allowDecrypt } from '../private/allow-decrypt';
import { elsewhere, environmentOf } from '../private/environment';
import { namedResources } from '../private/named-resources';
import { refuseEmptyField, refuseNone } from '../private/refuse-empty';
import type { TargetSource } from '../private/target-source';

/** What `ChatParticipants.fromParameter` binds to. */
export function parameterSource(parameter: IParameter, jsonField?: string, encryptionKey?: IKey): TargetSource {
  refuseNone('parameter', parameter?.parameterArn, "give StringParameter.fromSecureStringParameterAttributes(this, 'Tokens', { parameterName: '/chats' })");
  refuseEmptyField(jsonField, 'parameter');
  const environment = environmentOf(parameter, parameter.parameterArn);
  return {
    properties: PARAMETER.write({ Parameter: parameter.parameterName, JsonField: jsonField }),
    problemIn: (stack) => {
      const what = elsewhere(environment, stack);
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
    reads: (order) => [...namedResources(order, 'AWS::SSM::Parameter', 'Name', parameter.parameterName, environment), ...aliasesOf(encryptionKey, order)],
  };
}
