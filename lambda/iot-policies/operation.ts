import { DetachPolicyCommand, IoTClient, ResourceNotFoundException } from '@aws-sdk/client-iot';
import type { Fields } from '../../contract/fields';
import { IOT_POLICIES_OPERATION } from '../../contract/iot-policies';
import { forEnding } from '../clients/client-options';
import type { Operation } from '../run/service';

/**
 * AWS IoT documents no error for what is not attached; one that it does not document either would say the same.
 * https://docs.aws.amazon.com/iot/latest/apireference/API_DetachPolicy.html
 */
export function detachPolicy(parameters: Fields): Operation {
  const { PolicyName: policyName } = IOT_POLICIES_OPERATION.read(parameters);
  const client = new IoTClient(forEnding());
  return {
    async end({ id: target }, calls) {
      try {
        await calls.make(() => client.send(new DetachPolicyCommand({ policyName, target })), { permission: `iot:DetachPolicy on ${target}` });
        return 'ended';
      } catch (error) {
        if (error instanceof ResourceNotFoundException) return 'alreadyGone';
        throw error;
      }
    },
    close: () => client.destroy(),
  };
}
