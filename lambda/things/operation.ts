import {
  ConflictException,
  DeleteManagedThingCommand,
  GetManagedThingCommand,
  IoTManagedIntegrationsClient,
  ListManagedThingsCommand,
  ResourceNotFoundException,
  ValidationException,
  type GetManagedThingCommandOutput,
} from '../clients/managed-integrations';
import { MANAGED_INTEGRATIONS } from './rates';
import { hubHasChildren } from './hub-turns';
import type { Fields } from '../../contract/fields';
import { THINGS_OPERATION } from '../../contract/things';
import { forEnding } from '../clients/client-options';
import { CarriesOthers, OutOfTime, type Calls } from '../calls/calls';
import { Refusal } from '../calls/failure';
import { FIRST_LOOK_MS, LAST_LOOK_MS, longer } from '../calls/looks';
import type { Pace, Paces } from '../calls/pace';
import type { Reads } from '../calls/reads';
import { LIST_MANAGED_THINGS } from '../sources/managed-things';
import type { Operation } from '../run/service';
import type { Ending } from '../run/tally';
import type { Target } from '../targets/target';

/** Of the children that a hub still has. */
const MOST_ASKED_FOR = 6;

/** https://docs.aws.amazon.com/iot-mi/latest/APIReference/API_DeleteManagedThing.html */
export function deleteManagedThing(parameters: Fields, { paces }: Reads): Operation {
  const client = new IoTManagedIntegrationsClient(forEnding());
  const { Force, ForceAfterSeconds = Infinity, DeleteChildren, WaitForDeletion } = THINGS_OPERATION.read(parameters);
  const how: How = {
    force: Force,
    forceAfterMs: ForceAfterSeconds * 1000,
    deletesChildren: DeleteChildren,
    waits: WaitForDeletion,
  };
  return {
    end: (target, calls) => new Deletion(target, how, client, calls, paces).end(),
    confirms: WaitForDeletion,
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
  private readonly Identifier: string;
  private readonly looks: Pace;

  constructor(
    private readonly target: Target,
    private readonly how: How,
    private readonly client: IoTManagedIntegrationsClient,
    private readonly calls: Calls,
    private readonly paces: Paces,
  ) {
    this.Identifier = target.id;
    this.looks = paces.of('GetManagedThing', MANAGED_INTEGRATIONS);
  }

  async end(): Promise<Ending> {
    const { calledAt } = this.target;
    if (calledAt !== undefined && this.how.waits) {
      const thing = await this.look();
      if (!thing) return 'ended';
      if (thing.ProvisioningStatus === 'DELETE_IN_PROGRESS') {
        await this.untilGone(Date.now() - calledAt);
        return 'ended';
      }
    }
    const accepted = await this.delete(this.how.force).catch((error) => this.explain(error));
    if (!accepted) return 'alreadyGone';
    if (this.how.waits) await this.untilGone();
    return 'ended';
  }

  /** False if there is no such thing. */
  private async delete(Force: boolean): Promise<boolean> {
    try {
      const { Identifier } = this;
      await this.calls.make(() => this.client.send(new DeleteManagedThingCommand({ Identifier, Force })), {
        permission: this.permission('DeleteManagedThing'),
      });
      return true;
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return false;
      throw error;
    }
  }

  /** Undefined when it is gone. */
  private async look(): Promise<GetManagedThingCommandOutput | undefined> {
    try {
      const { Identifier, looks: pace } = this;
      const thing = await this.calls.make(() => this.client.send(new GetManagedThingCommand({ Identifier })), {
        permission: this.permission('GetManagedThing'),
        pace,
      });
      return thing.ProvisioningStatus === 'DELETED' ? undefined : thing;
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  }

  /** Looks for the reason of a refusal that AWS does not document. As `delete` does, says whether there is a deletion to wait for. */
  private async explain(refusal: unknown): Promise<boolean> {
    if (!(refusal instanceof ConflictException) && !(refusal instanceof ValidationException)) throw refusal;
    const thing = await this.look().catch((error) => {
      throw error instanceof OutOfTime ? new OutOfTime(refusal) : refusal;
    });
    if (!thing) return false;
    if (thing.ConnectorDestinationId ?? thing.ConnectorPolicyId) {
      throw new Refusal(
        'CloudToCloudDevice',
        'was brought in by a cloud-to-cloud connector and cannot be deleted by itself: ' + 'deregister its account association (DeregisterAccountAssociation)',
      );
    }
    if (thing.ProvisioningStatus === 'DELETE_IN_PROGRESS' && !this.how.force) return true;
    if (!(refusal instanceof ConflictException) || thing.Role !== 'CONTROLLER') throw refusal;
    if (!this.target.carries) throw new CarriesOthers();
    throw await this.hasChildren();
  }

  /** Those that were targets have been dealt with: some may have joined since, or could not be deleted, or were never meant. */
  private async hasChildren(): Promise<Refusal> {
    const { Identifier: ParentControllerIdentifierFilter, paces } = this;
    const pace = paces.of('ListManagedThings', LIST_MANAGED_THINGS);
    const list = new ListManagedThingsCommand({ ParentControllerIdentifierFilter, MaxResults: MOST_ASKED_FOR });
    const ids = await this.calls
      .make(() => this.client.send(list), { pace })
      .then(
        ({ Items = [] }) => Items.map(({ Id }) => Id),
        () => [],
      );
    return hubHasChildren(ids, this.how.deletesChildren ? 'see why they could not be deleted' : 'set deleteChildren, or make the children targets as well');
  }

  private permission(action: string): string {
    return `iotmanagedintegrations:${action} on managed-thing/${this.Identifier}`;
  }

  /** @param waited so many milliseconds before */
  private async untilGone(waited = 0): Promise<void> {
    const forceAt = performance.now() + this.how.forceAfterMs - waited;
    let forced = this.how.force;
    let status: string | undefined;
    for (let pause = FIRST_LOOK_MS; ; pause = longer(pause)) {
      const untilForced = forced ? Infinity : Math.max(0, forceAt - performance.now());
      const untilLastLook = this.calls.millisecondsLeft - LAST_LOOK_MS;
      if (untilLastLook <= 0) throw this.stillThere(status, forced);
      await this.calls.pause(Math.min(pause, untilForced, untilLastLook));
      const thing = await this.look().catch((error) => {
        throw error instanceof OutOfTime && error.failure === undefined ? this.stillThere(status, forced) : error;
      });
      if (!thing) return;
      const before = status;
      status = thing.ProvisioningStatus;
      if (!forced && performance.now() >= forceAt) {
        forced = true;
        pause = FIRST_LOOK_MS;
        if (!(await this.delete(true))) return;
      } else if (status === 'DELETION_FAILED' && before === status && (forced || forceAt === Infinity)) {
        // Twice: the first look may still see how an earlier deletion ended.
        throw new Refusal('DeletionFailed', `could not be deleted by its device (status DELETION_FAILED)${forced ? '' : `; ${FORCE}`}`);
      }
    }
  }

  private stillThere(status: string | undefined, forced: boolean): OutOfTime {
    const advice = forced
      ? 'it was forced'
      : this.how.forceAfterMs < Infinity
        ? 'the time of Force.after had not passed: shorten it, or raise timeout'
        : `is the device online? ${FORCE}`;
    return new OutOfTime(
      new Refusal(
        'StillThere',
        `is still there${status ? ` (status ${status})` : ''}: its deletion was accepted, and the time was up before it was completed; ${advice}`,
      ),
    );
  }
}

const FORCE = 'if the device will not come back, use Force.after(…) or Force.always()';
