import { IoTClient, ListThingsInThingGroupCommand, ResourceNotFoundException } from '@aws-sdk/client-iot';
import type { Fields } from '../../contract/fields';
import { THING_GROUP } from '../../contract/sources/thing-group';
import { Explained } from '../../contract/explained-error';
import { idIn, listed, walked } from '../reading/pages';
import { forReading } from '../clients/client-options';
import type { Reads } from '../calls/reads';
import type { Target } from '../targets/target';

/** Of 25: https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits */
const PAGES = { perSecond: 22.5, burst: 2 };

/** The names of a thing group's members. https://docs.aws.amazon.com/iot/latest/apireference/API_ListThingsInThingGroup.html */
export async function* thingGroup(parameters: Fields, reads: Reads): AsyncGenerator<Target> {
  const { ThingGroup: thingGroupName, Recursive: recursive } = THING_GROUP.read(parameters);
  const client = new IoTClient(forReading('JSON'));
  const what = `thing group ${thingGroupName}`;
  try {
    yield* walked(reads.paces.of('ListThingsInThingGroup', PAGES), what, async (token) => {
      const { things, nextToken } = await reads
        .make(`iot:ListThingsInThingGroup on thinggroup/${thingGroupName}`, () =>
          client.send(new ListThingsInThingGroupCommand({ thingGroupName, recursive, maxResults: 250, nextToken: token })),
        )
        .catch((error) => {
          throw new Explained(`${what} could not be listed: ${error instanceof ResourceNotFoundException ? 'it does not exist' : reads.described(error)}`);
        });
      return { items: listed(things, what).map((id) => ({ id: idIn(id, what) })), next: nextToken };
    });
  } finally {
    client.destroy();
  }
}
