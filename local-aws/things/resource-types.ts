import type { Properties, ResourceTypes } from '../cloudformation/resource-type';
import { AwsError } from '../service';
import { CREATED, HUB_NETWORK_MODE, LOCKER, UPDATABLE } from './api';
import type { CredentialLocker, ManagedThing, ManagedThingFields, ThingStore } from './store';

const IN_PLACE = { ...UPDATABLE, HubNetworkMode: HUB_NETWORK_MODE };
const REPLACED_BY = ['Role', 'AuthenticationMaterial', 'AuthenticationMaterialType'];

export function thingResourceTypes(store: ThingStore): ResourceTypes {
  const locker = ({ Id, Arn, CreatedAt }: CredentialLocker) => ({ physicalId: Id, attributes: { Id, Arn, CreatedAt: iso(CreatedAt) } });
  const thing = ({ Id, Arn, CreatedAt }: ManagedThing) => ({ physicalId: Id, attributes: { Id, Arn, CreatedAt: iso(CreatedAt) } });
  return {
    'AWS::IoTManagedIntegrations::CredentialLocker': {
      properties: LOCKER,
      create: ({ Name, Tags }) => locker(store.createLocker({ Name, Tags })),
      replacedBy: ['Name', 'Tags'],
      delete: (id) => unlessGone(() => store.deleteLocker(id)),
    },
    'AWS::IoTManagedIntegrations::ManagedThing': {
      properties: { ...CREATED, ...IN_PLACE },
      create: (properties) => thing(store.create(fieldsOf(properties), { ProvisioningStatus: 'UNASSOCIATED' })),
      update: (id, properties) => thing(store.update(id, fieldsOf(properties))),
      replacedBy: REPLACED_BY,
      // CloudFormation has no Force.
      delete: (id) => unlessGone(() => store.delete(id, false)),
    },
  };
}

function fieldsOf({ AuthenticationMaterial: _m, AuthenticationMaterialType: _t, Role, Tags, ...rest }: Properties): ManagedThingFields {
  const absent = Object.fromEntries(Object.keys(IN_PLACE).map((name) => [name, undefined]));
  return { Role, Tags, ...absent, ...rest };
}

function unlessGone(deletion: () => void): void {
  try {
    deletion();
  } catch (error) {
    if (!(error instanceof AwsError && error.code === 'ResourceNotFoundException')) throw error;
  }
}

function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
