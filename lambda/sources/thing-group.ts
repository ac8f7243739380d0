import { IoTClient, ListThingsInThingGroupCommand, ResourceNotFoundException } from '@aws-sdk/client-iot';
import { inPasses, itself, paged, READER } from './pages';
import { described } from '../run/failure';
import type { Paces } from '../run/pace';
import { bool, optional, text, type Fields } from '../run/parse';

/** Of 25: https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits */
const PAGES = { perSecond: 22.5, burst: 2 };

/** The names of a thing group's members. https://docs.aws.amazon.com/iot/latest/apireference/API_ListThingsInThingGroup.html */
export async function* thingGroup(parameters: Fields, paces: Paces): AsyncGenerator<string> {
  const thingGroupName = text(parameters, 'ThingGroup');
  const recursive = optional(bool)(parameters, 'Recursive') ?? false;
  const client = new IoTClient(READER);
  const pace = paces.of('ListThingsInThingGroup', PAGES);
  try {
    yield* inPasses(() => paged(pace, async (token) => {
      const { things = [], nextToken } = await client.send(new ListThingsInThingGroupCommand({
        thingGroupName, recursive, maxResults: 250, nextToken: token,
      })).catch((error) => {
        throw new Error(`thing group ${thingGroupName} could not be listed: ${problem(error)}`);
      });
      return { items: things, next: nextToken };
    }), itself);
  } finally {
    client.destroy();
  }
}

function problem(error: unknown): string {
  return error instanceof ResourceNotFoundException ? 'it does not exist' : described(error);
}
