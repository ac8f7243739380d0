import { DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { attach, certificate, targetsOf } from '../devices';
import { managedThing } from '../managed-thing';
import { ConnectScene } from '../probes/connect-scene';
import type { Scene } from './scene';
import { kiosk, those } from './kiosk';
import { expectNotThere } from './not-there';
import { isRegistered } from './things';

/** Its chats only where an Amazon Connect instance is given. */
export const END_WHAT_IS_LIVE: Scene = async (room) => {
  await expectNotThere('an IoT policy kiosks', targetsOf(room, 'kiosks'));
  const clientId = `${room.prefix}-kiosk`;
  const lamp = await managedThing(room, 'lamp', room.prefix);
  const chat = await ConnectScene.in(room)?.open();
  let one = () => false;
  return {
    context: { kiosks: clientId, managedThings: lamp },
    async afterDeploy() {
      // As provisioning does: the certificate is not in the stack, its policy is.
      const own = await certificate(room);
      await attach(room, 'kiosks', own.arn);
      one = await kiosk(room, clientId, own);
      if (!chat) return;
      const { StackResources } = await room.clients.cloudformation.send(new DescribeStackResourcesCommand({ StackName: 'EndWhatIsLive' }));
      const SecretId = StackResources!.find(({ ResourceType }) => ResourceType === 'AWS::SecretsManager::Secret')!.PhysicalResourceId!;
      await room.clients.secrets.send(new PutSecretValueCommand({ SecretId, SecretString: JSON.stringify([chat.customer.connectionToken]) }));
    },
    targets: async () =>
      those({ [clientId]: one(), lamp: await isRegistered(room, lamp), chat: chat !== undefined && (await chat.customer.state()) === 'open' }),
  };
};
