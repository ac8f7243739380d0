import { notBlank, optional, Shape } from '../fields';
import { SourceContract } from '../source';

/** As in https://docs.aws.amazon.com/iot-mi/latest/APIReference/API_ListManagedThings.html */
const FILTER = new Shape({
  OwnerFilter: optional(notBlank),
  CredentialLockerFilter: optional(notBlank),
  RoleFilter: optional(notBlank),
  ParentControllerIdentifierFilter: optional(notBlank),
  ConnectorDestinationIdFilter: optional(notBlank),
  ConnectorDeviceIdFilter: optional(notBlank),
  SerialNumberFilter: optional(notBlank),
  ProvisioningStatusFilter: optional(notBlank),
});

/** The account's managed things that a filter finds. */
export const MANAGED_THINGS = new SourceContract('managedThings', { Filter: FILTER.narrowing('every managed thing of the account') });
