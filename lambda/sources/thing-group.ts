import { IoTClient, ListThingsInThingGroupCommand, ResourceNotFoundException } from '@aws-sdk/client-iot';
import { listed, walked } from './pages';
import { reader } from '../clients/reader';
import { Explained } from '../run/failure';
import { bool, optional, text, type Fields } from '../run/parse';
import type { Reads } from '../run/reads';
import type { Target } from '../run/target';

/** Of 25: https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits */
const PAGES = { perSecond: 22.5, burst: 2 };

/** The names of a thing group's members. https://docs.aws.amazon.com/iot/latest/apireference/API_ListThingsInThingGroup.html */
export async function* thingGroup(parameters: Fields, reads: Reads): AsyncGenerator<Target> {
  const thingGroupName = text(parameters, 'ThingGroup');
  const recursive = optional(bool)(parameters, 'Recursive') ?? false;
  const client = new IoTClient(reader('JSON'));
  try {
    yield* walked(reads.paces.of('ListThingsInThingGroup', PAGES), async (token) => {
      const { things, nextToken } = await reads.make(`iot:ListThingsInThingGroup on thinggroup/${thingGroupName}`,
        () => client.send(new ListThingsInThingGroupCommand({ thingGroupName, recursive, maxResults: 250, nextToken: token }))).catch((error) => {
        throw new Explained(`thing group ${thingGroupName} could not be listed: ${error instanceof ResourceNotFoundException ? 'it does not exist' : reads.described(error)}`);
      });
      return { items: listed(things, `thing group ${thingGroupName}`).map((id) => ({ id })), next: nextToken };
    });
  } finally {
    client.destroy();
  }
}
