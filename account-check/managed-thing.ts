import type { Room } from './room';
import { ProbeStack } from './stacks';

/** The id of a managed thing that no device has claimed. CloudFormation makes it: the handlers' client makes none. */
export async function managedThing(room: Room, name: string, Owner: string): Promise<string> {
  const stack = await ProbeStack.create(room, name, {
    Thing: {
      Type: 'AWS::IoTManagedIntegrations::ManagedThing',
      Properties: {
        Role: 'DEVICE',
        Name: name,
        Owner,
        AuthenticationMaterial: `SN:${room.prefix}-${name}`,
        AuthenticationMaterialType: 'CUSTOM_PROTOCOL_QR_BAR_CODE',
      },
    },
  });
  const failed = (await stack.events()).find(({ ResourceStatus }) => ResourceStatus === 'CREATE_FAILED');
  if (failed) throw new Error(`no managed thing could be made: ${failed.ResourceStatusReason}`);
  return (await stack.resource('Thing')).PhysicalResourceId!;
}
