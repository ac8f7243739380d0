export { Moment } from './moment';
export { OnFailure } from './on-failure';
export { Teardown } from './teardown';
export { type TeardownProps } from './teardown-props';
export { ManifestFormat, type ManifestOptions } from './sources/manifest';
export { type TableCondition, type TableTargetsOptions } from './sources/table';
export { TeardownProvider, type TeardownProviderProps } from './provider';

export { MqttDisconnection, type MqttDisconnectionProps } from './mqtt/mqtt-disconnection';
export { MqttDisconnectionProvider } from './mqtt/mqtt-disconnection-provider';
export { Confirm } from './mqtt/confirm';
export { MqttClients } from './mqtt/mqtt-clients';
export { type FleetQueryOptions } from './sources/fleet-index';
export { type ThingGroupOptions } from './sources/thing-group';

export { IotPolicyDetachment, type IotPolicyDetachmentProps } from './iot-policies/iot-policy-detachment';
export { IotPolicyDetachmentProvider } from './iot-policies/iot-policy-detachment-provider';

export { ChatDisconnection, type ChatDisconnectionProps, DeniedToken } from './chat/chat-disconnection';
export { ChatDisconnectionProvider } from './chat/chat-disconnection-provider';
export { ChatParticipants, type ParameterTokensOptions, type SecretTokensOptions, type TableTokensOptions, TokenKind } from './chat/chat-participants';

export { ManagedThingDeletion, type ManagedThingDeletionProps } from './things/managed-thing-deletion';
export { ManagedThingDeletionProvider } from './things/managed-thing-deletion-provider';
export { Force } from './things/force';
export { ManagedThings } from './things/managed-things';
export { type ManagedThingFilter, ManagedThingRole, ProvisioningStatus } from './sources/managed-things';

export { ContactStop, type ContactStopProps } from './contacts/contact-stop';
export { ContactStopProvider } from './contacts/contact-stop-provider';
export { Contacts } from './contacts/contacts';
export { ContactChannel, type ContactsInProgressOptions } from './sources/contacts-in-progress';
