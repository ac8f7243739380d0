import {
  ConnectClient,
  ContactNotFoundException,
  DescribeContactCommand,
  InvalidRequestException,
  ResourceNotFoundException,
  StopContactCommand,
  type Contact,
} from '@aws-sdk/client-connect';
import { DESCRIBE_CONTACT } from './rates';
import { CONTACTS_OPERATION, instanceIdOf } from '../../contract/contacts';
import type { Fields } from '../../contract/fields';
import { OutOfTime, type Calls } from '../calls/calls';
import { Refusal } from '../calls/failure';
import { FIRST_LOOK_MS, LAST_LOOK_MS, longer } from '../calls/looks';
import type { Pace } from '../calls/pace';
import type { Reads } from '../calls/reads';
import { forEnding } from '../clients/client-options';
import type { Operation } from '../run/service';
import type { Ending } from '../run/tally';
import type { Target } from '../targets/target';

/** Amazon Connect may tell times in whole seconds. */
const SECOND = 1_000;

/** https://docs.aws.amazon.com/connect/latest/APIReference/API_StopContact.html */
export function stopContact(parameters: Fields, { paces }: Reads): Operation {
  const InstanceId = instanceIdOf(CONTACTS_OPERATION.read(parameters).InstanceArn);
  const client = new ConnectClient(forEnding());
  const looks = paces.of('DescribeContact', DESCRIBE_CONTACT);
  return {
    end: (target, calls) => new Stop(target, InstanceId, client, calls, looks).end(),
    confirms: true,
    close: () => client.destroy(),
  };
}

/** Of one contact. AWS says that the call ends it, and not when: it has ended when it has a disconnect time. */
class Stop {
  private readonly ContactId: string;

  constructor(
    private readonly target: Target,
    private readonly InstanceId: string,
    private readonly client: ConnectClient,
    private readonly calls: Calls,
    private readonly looks: Pace,
  ) {
    this.ContactId = target.id;
  }

  async end(): Promise<Ending> {
    const { calledAt: calledBefore } = this.target;
    if (calledBefore !== undefined && (await this.look())?.DisconnectTimestamp) return 'ended';
    const calledAt = await this.stop();
    const endedAt = calledAt === undefined ? undefined : await this.untilEnded();
    // What ended after an invocation before this one had called was ended by it.
    if (calledBefore !== undefined) return 'ended';
    return calledAt === undefined || endedAt!.getTime() < calledAt - SECOND ? 'alreadyGone' : 'ended';
  }

  /** When the call was made; undefined if the contact had ended before. */
  private async stop(): Promise<number | undefined> {
    const { InstanceId, ContactId } = this;
    let calledAt = 0;
    try {
      await this.calls.make(
        () => {
          calledAt = Date.now();
          return this.client.send(new StopContactCommand({ InstanceId, ContactId }));
        },
        { permission: `connect:StopContact on contact/${ContactId}` },
      );
      return calledAt;
    } catch (error) {
      if (error instanceof ContactNotFoundException) return undefined;
      if (error instanceof InvalidRequestException || error instanceof ResourceNotFoundException) return this.explain(error);
      throw error;
    }
  }

  /** Looks for the reason of a refusal: AWS does not document what it answers about a chat or task that has ended. As `stop` does, says when it was called. */
  private async explain(refusal: Error): Promise<number | undefined> {
    const contact = await this.look().catch((error) => {
      throw error instanceof OutOfTime ? new OutOfTime(refusal) : refusal;
    });
    if (contact?.DisconnectTimestamp) return undefined;
    // It may well have ended by that call, and what is known of it be behind.
    if (contact && this.target.calledAt !== undefined) return this.target.calledAt;
    if (!contact && refusal instanceof ResourceNotFoundException) {
      throw new Refusal('UnknownContact', `is not known to the instance ${this.InstanceId}: see that both ids are right`);
    }
    if (contact?.Channel === 'VOICE') {
      throw new Refusal(
        'VoiceContact',
        `is a voice contact that was initiated by ${contact.InitiationMethod}, and Amazon Connect stops chats and tasks in any state, but not every call: end it by hand`,
      );
    }
    throw refusal;
  }

  /** Undefined where nothing is known of it, or not yet. */
  private async look(): Promise<Contact | undefined> {
    const { InstanceId, ContactId, looks: pace } = this;
    try {
      const { Contact } = await this.calls.make(() => this.client.send(new DescribeContactCommand({ InstanceId, ContactId })), {
        permission: `connect:DescribeContact on contact/${ContactId}`,
        pace,
      });
      return Contact;
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  }

  private async untilEnded(): Promise<Date> {
    for (let pause = FIRST_LOOK_MS; ; pause = longer(pause)) {
      const untilLastLook = this.calls.millisecondsLeft - LAST_LOOK_MS;
      if (untilLastLook <= 0) throw stillThere();
      await this.calls.pause(Math.min(pause, untilLastLook));
      const contact = await this.look().catch((error) => {
        throw error instanceof OutOfTime && error.failure === undefined ? stillThere() : error;
      });
      if (contact?.DisconnectTimestamp) return contact.DisconnectTimestamp;
    }
  }
}

function stillThere(): OutOfTime {
  return new OutOfTime(new Refusal('StillThere', 'is still there: Amazon Connect accepted to stop it, and the time was up before it had a disconnect time'));
}
