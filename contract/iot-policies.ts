import { Shape, text } from './fields';

export const IOT_POLICIES_RESOURCE_TYPE = 'Custom::IotPolicyDetachment';

/** What is detached. */
export const IOT_POLICIES_OPERATION = new Shape({ PolicyName: text });

/**
 * What AWS IoT would refuse about a policy's name, in words that follow it.
 *
 * @see https://docs.aws.amazon.com/iot/latest/apireference/API_ListTargetsForPolicy.html
 */
export function policyNameProblem(name: string): string | undefined {
  return /^[\w+=,.@-]{1,128}$/.test(name) ? undefined : 'is not the name of an IoT policy: it has 1 to 128 letters, digits or "_+=,.@-"';
}
