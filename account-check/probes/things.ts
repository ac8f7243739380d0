import { until } from '../clock';
import { described, outcomeOf } from '../described';
import { judged, notLooked, seconds, type Finding, type Probe } from '../finding';
import { DeleteManagedThingCommand, GetManagedThingCommand, ListManagedThingsCommand } from '../../lambda/clients/managed-integrations';
import { managedThing } from '../managed-thing';
import type { Room } from '../room';

const DELETION = { everyMs: 2_000, mostMs: 5 * 60_000 };
const UNKNOWN = 'accountcheckunknown';
const isNotFound = (outcome: string) => outcome.startsWith('404 ResourceNotFoundException');

async function thingsApi({ clients: { things }, prefix }: Room): Promise<Finding> {
  const listed = await things.send(new ListManagedThingsCommand({ OwnerFilter: prefix, MaxResults: 10 })).then(
    ({ Items }) => (Items ? `${Items.length} things` : 'no Items'),
    (error) => (error.$metadata?.httpStatusCode ? described(error) : undefined),
  );
  if (listed === undefined) return notLooked('the region has no endpoint of managed integrations: look in ca-central-1 or eu-west-1');
  const got = await outcomeOf(things.send(new GetManagedThingCommand({ Identifier: UNKNOWN })));
  const deleted = await outcomeOf(things.send(new DeleteManagedThingCommand({ Identifier: UNKNOWN })));
  return judged(
    listed === '0 things' && isNotFound(got) && isNotFound(deleted),
    `ListManagedThings: ${listed}; GetManagedThing of none: ${got}; DeleteManagedThing of none: ${deleted}`,
  );
}

/** Of a thing that no device has claimed: what a device says is for a device to show. */
async function deletionAnswer(room: Room): Promise<Finding> {
  const { things } = room.clients;
  const Identifier = await managedThing(room, 'thing', room.prefix);
  await things.send(new DeleteManagedThingCommand({ Identifier }));
  let answer = '';
  const isOver = async () => {
    answer = await things.send(new GetManagedThingCommand({ Identifier })).then(({ ProvisioningStatus }) => `status ${ProvisioningStatus}`, described);
    return isNotFound(answer) || answer === 'status DELETED';
  };
  const took = await until(room.clock, isOver, DELETION);
  return judged(took !== undefined, `GetManagedThing: ${answer}${took === undefined ? ', after five minutes' : `, after ${seconds(took)}`}`);
}

async function hubWithChildren({ clients: { things }, clock, given: { hub } }: Room): Promise<Finding> {
  if (!hub) return notLooked('give --hub, the id of a hub with a device on it: it is deleted');
  const { Items = [] } = await things.send(new ListManagedThingsCommand({ ParentControllerIdentifierFilter: hub, MaxResults: 10 }));
  const [device] = Items;
  if (!device?.Id) return notLooked('the hub has no device on it');
  const outcome = await outcomeOf(things.send(new DeleteManagedThingCommand({ Identifier: hub })));
  if (outcome !== 'success') return judged(outcome.startsWith('409 '), `refused: ${outcome}`);
  const statusOf = async () => (await things.send(new GetManagedThingCommand({ Identifier: device.Id! }))).ProvisioningStatus;
  const pending = await until(clock, async () => (await statusOf()) === 'PENDING', { everyMs: 2_000, mostMs: 60_000 });
  return judged(pending !== undefined, `accepted; its device is ${await statusOf()}`);
}

async function connectorDevice({ clients: { things }, given: { connectorDevice: Identifier } }: Room): Promise<Finding> {
  if (!Identifier) return notLooked('give --connector-device, the id of a device of a cloud-to-cloud connector: its deletion is asked for');
  const { ConnectorDestinationId, ConnectorPolicyId } = await things.send(new GetManagedThingCommand({ Identifier }));
  const isNamed = (ConnectorDestinationId ?? ConnectorPolicyId) !== undefined;
  const outcome = await outcomeOf(things.send(new DeleteManagedThingCommand({ Identifier })));
  return judged(isNamed && /^(400|409) /.test(outcome), `GetManagedThing ${isNamed ? 'names' : 'does not name'} its connector; DeleteManagedThing: ${outcome}`);
}

export const THINGS: readonly Probe[] = [
  { row: 'things-api', asks: 'ListManagedThings, GetManagedThing and DeleteManagedThing through the client of the handlers', look: thingsApi },
  { row: 'deletion-answer', asks: 'GetManagedThing after DeleteManagedThing of a thing without a device', look: deletionAnswer },
  { row: 'hub-with-children', asks: 'DeleteManagedThing of a hub with a device on it, without Force', look: hubWithChildren },
  { row: 'connector-device', asks: 'DeleteManagedThing of a device of a cloud-to-cloud connector', look: connectorDevice },
];
