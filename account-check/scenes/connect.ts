import { SearchContactsCommand } from '@aws-sdk/client-connect';
import { DeleteParameterCommand, GetParameterCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import { ConnectScene } from '../probes/connect-scene';
import type { Scene } from './scene';
import { those } from './kiosk';
import { expectNotThere, NotRun } from './not-there';
import type { Room } from '../room';

const A_WEEK_MS = 7 * 24 * 3600_000;

function instance(room: Room): ConnectScene {
  const scene = ConnectScene.in(room);
  if (!scene) throw new NotRun(ConnectScene.MISSING);
  return scene;
}

export const CHATS_OF_A_PARAMETER: Scene = async (room) => {
  const scene = instance(room);
  const { ssm } = room.clients;
  const Name = '/chats/tokens';
  await expectNotThere(`a parameter ${Name}`, ssm.send(new GetParameterCommand({ Name })));
  const { customer } = await scene.open();
  room.undo.add(`parameter ${Name}`, () => ssm.send(new DeleteParameterCommand({ Name })));
  await ssm.send(new PutParameterCommand({ Name, Value: customer.connectionToken, Type: 'SecureString' }));
  return { targets: async () => those({ [customer.name]: (await customer.state()) === 'open' }) };
};

export const CONTACTS_IN_PROGRESS: Scene = async (room) => {
  const scene = instance(room);
  const found = async () => {
    const { Contacts } = await room.clients.connect.send(
      new SearchContactsCommand({
        InstanceId: scene.InstanceId,
        TimeRange: { Type: 'INITIATION_TIMESTAMP', StartTime: new Date(room.clock.now() - A_WEEK_MS), EndTime: new Date(room.clock.now()) },
        SearchCriteria: {
          Channels: ['CHAT', 'TASK'],
          AdditionalTimeRange: {
            Criteria: [{ TimestampCondition: { Type: 'DISCONNECT_TIMESTAMP', ConditionType: 'NOT_EXISTS' } }],
            MatchType: 'MATCH_ALL',
          },
          SearchableContactAttributes: { Criteria: [{ Key: 'shop', Values: ['berlin'] }], MatchType: 'MATCH_ALL' },
        },
      }),
    );
    return Contacts?.length;
  };
  await expectNotThere('a contact of the shop berlin', found());
  const [one, other] = [await scene.open(await scene.start({ shop: 'berlin' })), await scene.open(await scene.start({ shop: 'paris' }))];
  // The search is behind.
  await room.clock.sleep(60_000);
  return {
    context: { instanceId: scene.InstanceId },
    targets: async () => those({ [one.customer.name]: (await one.customer.state()) === 'open' }),
    othersAreLive: async () => (await other.customer.state()) === 'open',
  };
};
