import { ManagedThingRole, ManagedThings } from '../../lib';

/* Values that the compiler takes for given and that are not: environment variables that are not set, casts, JavaScript. */

const NOT_SET = process.env.NOT_SET!;
const other = 'OTHER' as any;

test.each<[string, () => unknown]>([
  [
    'owner is undefined, and the filter would match more managed things without it: give it a value, or leave it out',
    () => ManagedThings.matching({ owner: NOT_SET, role: ManagedThingRole.DEVICE }),
  ],
  ['serialNumber is null, and the filter would match more', () => ManagedThings.matching({ owner: 'us', serialNumber: null as any })],
  ['role is undefined, and the filter would match more', () => ManagedThings.matching({ owner: 'us', role: undefined })],
  ['owner is 7: it must be 1 to 64 letters', () => ManagedThings.matching({ owner: 7 as any })],
  ['serialNumber is " ": it must be 1 to 128 letters, digits, "_", "-" or spaces, and not spaces alone', () => ManagedThings.matching({ serialNumber: ' ' })],
  ['role is "OTHER": it must be ManagedThingRole.CONTROLLER or ManagedThingRole.DEVICE', () => ManagedThings.matching({ role: other })],
  ['provisioningStatus is "OTHER": it must be ProvisioningStatus.UNASSOCIATED, Prov', () => ManagedThings.matching({ provisioningStatus: other })],
  ['the filter has "ownr": it may have owner, credentialLockerId, role,', () => ManagedThings.matching({ owner: 'us', ownr: 'us' } as any)],
  ['the filter is empty and would match every managed thing of the account', () => ManagedThings.matching(undefined as any)],
  ['the filter is empty and would match every managed thing of the account', () => ManagedThings.matching(null as any)],
])('%s', (message, make) => {
  expect(make).toThrow(message);
});
