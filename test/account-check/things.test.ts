import type { LocalAws } from '../../local-aws/local-aws';
import { awsError, IMPATIENT, lieTo, lookedAt, NOT_MADE_BY_IT, type Scenery } from '../support/account-check';

/* Each row with AWS as it is taken to be, and otherwise: the report tells the difference. */

const clock = IMPATIENT;

/** A hub with a device on it. */
function hub({ things }: LocalAws) {
  const { Id } = things.create({ Name: NOT_MADE_BY_IT, Role: 'CONTROLLER' });
  things.create({ Name: NOT_MADE_BY_IT, ParentControllerId: Id });
  return { hub: Id };
}
const connectorDevice = ({ things }: LocalAws) => ({ connectorDevice: things.create({ Name: NOT_MADE_BY_IT, ConnectorDestinationId: 'cloud' }).Id });

test.each<[row: string, how: string, expected: RegExp, scenery: () => Scenery]>([
  ['things-api', 'as in its model', /^as taken: ListManagedThings: 0 things; GetManagedThing of none: 404 /, () => ({})],
  [
    'things-api',
    'with another error',
    /^otherwise: .*; GetManagedThing of none: 400 ValidationException: No; /,
    () => ({ lie: ({ things }) => lieTo(things, 'GetManagedThing', () => Promise.reject(awsError(400, 'ValidationException'))) }),
  ],
  [
    'things-api',
    'not in the region',
    /^could not be looked at: the region has no endpoint/,
    () => ({ lie: ({ things }) => lieTo(things, 'ListManagedThings', () => Promise.reject(new Error('getaddrinfo ENOTFOUND'))) }),
  ],
  ['deletion-answer', 'not found', /^as taken: GetManagedThing: 404 ResourceNotFoundException: /, () => ({ clock })],
  [
    'deletion-answer',
    'deleted',
    /^as taken: GetManagedThing: status DELETED, /,
    () => ({ clock, lie: ({ things }) => lieTo(things, 'GetManagedThing', async () => ({ ProvisioningStatus: 'DELETED' })) }),
  ],
  [
    'hub-with-children',
    'is refused',
    /^as taken: refused: 409 ConflictException: /,
    () => ({ clock, given: hub, options: { things: { hubWithChildren: 'REFUSED' } } }),
  ],
  [
    'hub-with-children',
    'goes',
    /^as taken: accepted; its device is PENDING$/,
    () => ({ clock, given: hub, options: { things: { hubWithChildren: 'CHILDREN_PENDING' } } }),
  ],
  [
    'hub-with-children',
    'is refused for something else',
    /^otherwise: refused: 400 ValidationException: No$/,
    () => ({ clock, given: hub, lie: ({ things }) => lieTo(things, 'DeleteManagedThing', () => Promise.reject(awsError(400, 'ValidationException'))) }),
  ],
  ['connector-device', 'is refused', /^as taken: GetManagedThing names its connector; DeleteManagedThing: 400 /, () => ({ given: connectorDevice })],
  [
    'connector-device',
    'is accepted',
    /^otherwise: GetManagedThing names its connector; DeleteManagedThing: success$/,
    () => ({ given: connectorDevice, lie: ({ things }) => lieTo(things, 'DeleteManagedThing', async () => ({})) }),
  ],
])('%s: %s', async (row, _how, expected, scenery) => {
  expect(await lookedAt(row, scenery())).toMatch(expected);
});

test('without a hub or a device, it is said what to give', async () => {
  expect(await lookedAt('hub-with-children')).toMatch(/^could not be looked at: give --hub/);
  expect(await lookedAt('connector-device')).toMatch(/^could not be looked at: give --connector-device/);
});
