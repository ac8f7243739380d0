import { Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { aws_iot } from 'aws-cdk-lib/interfaces';
import { Construct } from 'constructs';
import { IotPolicyDetachmentProvider } from './iot-policy-detachment-provider';
import { IOT_POLICIES_OPERATION, IOT_POLICIES_RESOURCE_TYPE, policyNameProblem } from '../../contract/iot-policies';
import { refuse } from '../private/refuse';
import { IOT_CORE, warnOutsideRegions } from '../private/regions';
import { stackSingleton } from '../private/stack-singleton';
import { validateProps } from '../private/validate-props';
import { validateProvider } from '../private/validate-provider';
import { policyTargetsSource } from '../sources/policy-targets';
import { Teardown } from '../teardown';
import { TeardownProps } from '../teardown-props';

/**
 * Properties of an `IotPolicyDetachment`.
 */
export interface IotPolicyDetachmentProps extends TeardownProps {
  /**
   * The IoT policy to detach. A `CfnPolicy` is then deleted after this has run; one that the stack does not have comes by
   * `CfnPolicy.fromPolicyName`. No policy of that name counts as detached.
   */
  readonly policy: aws_iot.IPolicyRef;

  /**
   * The function that detaches.
   *
   * @default - one per stack
   */
  readonly provider?: IotPolicyDetachmentProvider;
}

/**
 * Detaches an IoT policy from all that it is attached to (`ListTargetsForPolicy`, `DetachPolicy`): certificates, thing groups and Amazon
 * Cognito identities, whoever attached it. AWS IoT refuses to delete a policy that is attached, and so does CloudFormation.
 *
 * Devices lose the rights that no other policy gives them, but stay connected: have an `MqttDisconnection` run after this, by its
 * `runAfterDeletionOf`. The policy is deleted after both.
 *
 * @see https://docs.aws.amazon.com/iot/latest/apireference/API_DetachPolicy.html
 *
 * @example
 *
 * import { CfnPolicy } from 'aws-cdk-lib/aws-iot';
 * import { IotPolicyDetachment, MqttClients, MqttDisconnection } from 'cdk-teardown';
 *
 * declare const kioskPolicy: CfnPolicy;
 *
 * const detachment = new IotPolicyDetachment(this, 'LockedOut', { policy: kioskPolicy });
 * const disconnection = new MqttDisconnection(this, 'Disconnected', { clients: MqttClients.inThingGroup('kiosks') });
 * // The rights go, then the clients, then the policy.
 * disconnection.runAfterDeletionOf(detachment);
 */
export class IotPolicyDetachment extends Teardown {
  /**
   * The function that detaches.
   */
  public readonly provider: IotPolicyDetachmentProvider;

  /**
   * @param scope the construct that this is a part of
   * @param id its name there
   * @param props which policy to detach, how and when
   */
  constructor(scope: Construct, id: string, props: IotPolicyDetachmentProps) {
    super(scope, id);
    const { policy } = props ?? {};
    if (policy?.policyRef === undefined) refuse(this, "policy is no IoT policy: give a CfnPolicy, or CfnPolicy.fromPolicyName(this, 'Policy', 'kiosks')");
    const { policyName } = policy.policyRef;
    const problem = Token.isUnresolved(policyName) ? undefined : policyNameProblem(policyName);
    if (problem) refuse(this, `policy ${JSON.stringify(policyName)} ${problem}`);
    const source = policyTargetsSource(policy);
    validateProps(this, props, source);
    validateProvider(this, props.provider, 'IotPolicyDetachmentProvider');
    warnOutsideRegions(this, IOT_CORE);

    this.provider =
      props.provider ?? stackSingleton(this, 'cdk-teardown.IotPolicyDetachmentProvider', (parent, name) => new IotPolicyDetachmentProvider(parent, name));
    this._declare(props, {
      resourceType: IOT_POLICIES_RESOURCE_TYPE,
      provider: this.provider,
      source,
      operation: IOT_POLICIES_OPERATION.write({ PolicyName: policyName }),
      statements: [
        new iam.PolicyStatement({
          actions: ['iot:DetachPolicy'],
          // What is authorized is the target, and a Cognito identity has no ARN.
          resources: ['*'],
          conditions: { StringEquals: { 'aws:RequestedRegion': Stack.of(this).region } },
        }),
      ],
    });
    this.runBeforeDeletionOf(policy);
    // The rights go, then who had them, then the policy.
    this._goesLast.push(policy);
  }
}
