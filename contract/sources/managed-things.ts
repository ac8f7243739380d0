import { optional, Shape, text } from '../fields';
import { SourceContract } from '../source';

/** As in https://docs.aws.amazon.com/iot-mi/latest/APIReference/API_ListManagedThings.html */
export const FILTER = new Shape({
  OwnerFilter: optional(text),
  CredentialLockerFilter: optional(text),
  RoleFilter: optional(text),
  ParentControllerIdentifierFilter: optional(text),
  ConnectorDestinationIdFilter: optional(text),
  ConnectorDeviceIdFilter: optional(text),
  SerialNumberFilter: optional(text),
  ProvisioningStatusFilter: optional(text),
});

/** The account's managed things that a filter finds. */
export const MANAGED_THINGS = new SourceContract('managedThings', { Filter: FILTER.nested });
