import { CreateParticipantConnectionCommand, DisconnectParticipantCommand } from '@aws-sdk/client-connectparticipant';
import { outcomeOf } from '../described';
import { judged, notLooked, type Finding, type Probe } from '../finding';
import type { Room } from '../room';
import { ConnectScene } from './connect-scene';

/** In which a participant must connect: https://docs.aws.amazon.com/connect/latest/adminguide/chat-message-streaming.html */
const PAST_FIVE_MINUTES_MS = 6 * 60_000;

const disconnect = ({ clients }: Room, ConnectionToken: string) => clients.participant.send(new DisconnectParticipantCommand({ ConnectionToken }));

async function deniedToken(scene: ConnectScene, room: Room): Promise<Finding> {
  const [one, other] = [await scene.open(), await scene.open()];
  const token = one.customer.connectionToken;
  const wrong = `${token.slice(0, 40)}${token[40] === 'A' ? 'B' : 'A'}${token.slice(41)}`;
  room.secrets.add(wrong);
  const ofWrong = await outcomeOf(disconnect(room, wrong));
  await disconnect(room, token);
  const again = await outcomeOf(disconnect(room, token));
  await scene.stop(other.contactId);
  const ofEnded = await outcomeOf(disconnect(room, other.customer.connectionToken));
  return judged(
    [ofWrong, again, ofEnded].every((outcome) => outcome.startsWith('403 AccessDeniedException')),
    `with one letter changed: ${ofWrong}; the second time: ${again}; after StopContact: ${ofEnded}`,
  );
}

async function unsigned(scene: ConnectScene, room: Room): Promise<Finding> {
  const { customer } = await scene.open();
  const outcome = await outcomeOf(disconnect(room, customer.connectionToken));
  return judged(outcome === 'success', `with the token alone: ${outcome}`);
}

async function lateExchange(scene: ConnectScene, room: Room): Promise<Finding> {
  const { customer, participantToken } = await scene.open();
  await room.clock.sleep(PAST_FIVE_MINUTES_MS);
  if ((await customer.state()) !== 'open') return notLooked('the chat did not stay open for six minutes: does its flow let a chat wait?');
  let exchanged = '';
  const exchange = room.clients.participant
    .send(new CreateParticipantConnectionCommand({ ParticipantToken: participantToken, Type: ['CONNECTION_CREDENTIALS'] }))
    .then(({ ConnectionCredentials }) => room.secrets.add((exchanged = ConnectionCredentials!.ConnectionToken!)));
  const ofExchange = await outcomeOf(exchange);
  const ofDisconnect = exchanged ? await outcomeOf(disconnect(room, exchanged)) : 'not tried';
  return judged(ofDisconnect === 'success', `six minutes into the chat, the exchange: ${ofExchange}; DisconnectParticipant with what it gave: ${ofDisconnect}`);
}

export const CHATS: readonly Probe[] = [
  { row: 'unsigned', asks: 'DisconnectParticipant with the connection token and no signature', look: ConnectScene.looking(unsigned) },
  {
    row: 'denied-token',
    asks: 'DisconnectParticipant with a wrong token, twice, and after StopContact; not with a token that is a day old',
    look: ConnectScene.looking(deniedToken),
  },
  { row: 'late-exchange', asks: 'CreateParticipantConnection six minutes into a chat whose websocket is open', look: ConnectScene.looking(lateExchange) },
];
