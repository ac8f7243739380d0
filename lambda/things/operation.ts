import {
  ConflictException, DeleteManagedThingCommand, GetManagedThingCommand, IoTManagedIntegrationsClient, ResourceNotFoundException,
  ValidationException, type GetManagedThingCommandOutput,
} from '../clients/managed-integrations';
import { MANAGED_INTEGRATIONS } from './rates';
import { requestHandler } from '../clients/request-handler';
import { OutOfTime, type Calls } from '../run/calls';
import { Refusal } from '../run/failure';
import type { Pace, Paces } from '../run/pace';
import { bool, optional, positive, type Fields } from '../run/parse';
import type { Ending, Operation } from '../run/service';

/** A device needs a moment, and the quota is better spent on those that had theirs. */
const FIRST_LOOK_MS = 1_000;
const LONGEST_BETWEEN_LOOKS_MS = 15_000;
/** For the last look itself. */
const LAST_LOOK_MS = 500;

/** https://docs.aws.amazon.com/iot-mi/latest/APIReference/API_DeleteManagedThing.html */
export function deleteManagedThing(parameters: Fields, paces: Paces): Operation {
  const client = new IoTManagedIntegrationsClient({ maxAttempts: 1, requestHandler });
  const how: How = {
    force: optional(bool)(parameters, 'Force') ?? false,
    forceAfterMs: (optional(positive)(parameters, 'ForceAfterSeconds') ?? Infinity) * 1000,
    deletesChildren: optional(bool)(parameters, 'DeleteChildren') ?? false,
    waits: optional(bool)(parameters, 'WaitForDeletion') ?? false,
  };
  const looks = paces.of('GetManagedThing', MANAGED_INTEGRATIONS);
  return {
    end: (identifier, calls) => new Deletion(identifier, how, client, calls, looks).end(),
    close: () => client.destroy(),
  };
}

interface How {
  /** At once, without asking the device. */
  readonly force: boolean;
  /** If the device has not let go of it by then. */
  readonly forceAfterMs: number;
  readonly deletesChildren: boolean;
  readonly waits: boolean;
}

/** Of one managed thing. */
class Deletion {
  constructor(
    private readonly identifier: string,
    private readonly how: How,
    private readonly client: IoTManagedIntegrationsClient,
    private readonly calls: Calls,
    private readonly looks: Pace,
  ) {}

  async end(): Promise<Ending> {
    const accepted = await this.delete(this.how.force).catch((error) => this.explain(error));
    if (!accepted) return 'alreadyGone';
    if (this.how.waits) await this.untilGone();
    return 'ended';
  }

  /** False if there is no such thing. */
  private async delete(Force: boolean): Promise<boolean> {
    try {
      await this.calls.make(() => this.client.send(new DeleteManagedThingCommand({ Identifier: this.identifier, Force })));
      return true;
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return false;
      throw error;
    }
  }

  /** Undefined when it is gone. */
  private async look(): Promise<GetManagedThingCommandOutput | undefined> {
    try {
      const thing = await this.calls.make(() => this.client.send(new GetManagedThingCommand({ Identifier: this.identifier })), this.looks);
      return thing.ProvisioningStatus === 'DELETED' ? undefined : thing;
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  }

  /** Looks for the reason of a refusal that AWS does not document. As `delete` does, says whether there is a deletion to wait for. */
  private async explain(refusal: unknown): Promise<boolean> {
    if (!(refusal instanceof ConflictException) && !(refusal instanceof ValidationException)) throw refusal;
    const thing = await this.look().catch(() => {
      throw refusal;
    });
    if (!thing) return false;
    if (thing.ConnectorDestinationId ?? thing.ConnectorPolicyId) {
      throw new Refusal('CloudToCloudDevice', 'was brought in by a cloud-to-cloud connector and cannot be deleted by itself: '
        + 'deregister its account association (DeregisterAccountAssociation)');
    }
    if (thing.ProvisioningStatus === 'DELETE_IN_PROGRESS' && !this.how.force) return true;
    if (!(refusal instanceof ConflictException) || thing.Role !== 'CONTROLLER') throw refusal;
    return this.deleteAfterChildren();
  }

  /** Its children may be among the targets, so a hub is tried again as long as any of them is under way. */
  private async deleteAfterChildren(): Promise<boolean> {
    for (let pause = FIRST_LOOK_MS; ; pause = longer(pause)) {
      const mayChange = this.calls.hasOthers;
      try {
        return await this.delete(this.how.force);
      } catch (error) {
        if (!(error instanceof ConflictException)) throw error;
      }
      if (!mayChange || !await this.calls.pauseForOthers(pause)) {
        throw new Refusal('HubHasChildren', `is a hub that has child devices, which must go before it: ${
          this.how.deletesChildren ? 'see why they could not be deleted' : 'set deleteChildren, or make the children targets as well, and wait for them'}`);
      }
    }
  }

  private async untilGone(): Promise<void> {
    const forceAt = performance.now() + this.how.forceAfterMs;
    let forced = this.how.force;
    let status: string | undefined;
    for (let pause = FIRST_LOOK_MS; ; pause = longer(pause)) {
      const untilForced = forced ? Infinity : Math.max(0, forceAt - performance.now());
      const untilLastLook = this.calls.millisecondsLeft - LAST_LOOK_MS;
      if (untilLastLook <= 0) throw this.stillThere(status, forced);
      await this.calls.pause(Math.min(pause, untilForced, untilLastLook));
      const thing = await this.look().catch((error) => {
        throw error instanceof OutOfTime ? this.stillThere(status, forced) : error;
      });
      if (!thing) return;
      const before = status;
      status = thing.ProvisioningStatus;
      if (!forced && performance.now() >= forceAt) {
        forced = true;
        pause = FIRST_LOOK_MS;
        if (!await this.delete(true)) return;
      } else if (status === 'DELETION_FAILED' && before === status && (forced || forceAt === Infinity)) {
        // Twice: the first look may still see how an earlier deletion ended.
        throw new Refusal('DeletionFailed', `could not be deleted by its device (status DELETION_FAILED)${forced ? '' : `; ${FORCE}`}`);
      }
    }
  }

  private stillThere(status: string | undefined, forced: boolean): Refusal {
    const advice = forced ? 'it was forced' : this.how.forceAfterMs < Infinity
      ? 'the time of Force.after had not passed: shorten it, or raise timeout'
      : `is the device online? ${FORCE}`;
    return new Refusal('StillThere', `is still there${status ? ` (status ${status})` : ''}: its deletion was accepted, and the time was up before it was completed; ${advice}`);
  }
}

const FORCE = 'if the device will not come back, use Force.after(…) or Force.always()';

function longer(pause: number): number {
  return Math.min(pause * 1.5, LONGEST_BETWEEN_LOOKS_MS);
}
