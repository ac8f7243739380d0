import { listManagedThings, targetOf } from '../sources/managed-things';
import { MANAGED_INTEGRATIONS } from './rates';
import { Turns } from './hub-turns';
import { Explained } from '../../contract/explained-error';
import type { Fields } from '../../contract/fields';
import { THINGS_OPERATION, thingIdentifierProblem } from '../../contract/things';
import type { Reads } from '../calls/reads';
import { GetManagedThingCommand, IoTManagedIntegrationsClient, ResourceNotFoundException } from '../clients/managed-integrations';
import { forReading } from '../clients/client-options';
import type { Order } from '../run/service';
import type { Target } from '../targets/target';

/** Of the account's hubs, some seconds' worth; in an account with more, each target is looked at by itself. */
const MOST_HUBS_LISTED = 2_000;
/** What ParentControllerIdentifierFilter takes; no hub with another id has children. */
const MAY_HAVE_CHILDREN = /^[A-Za-z0-9]{1,64}$/;

/**
 * Hubs go after the devices that hang on them. AWS documents a hub with devices that is refused, and one that leaves them behind, so
 * nothing here depends on which it is:
 * https://docs.aws.amazon.com/iot-mi/latest/devguide/managedintegrations-hub-offboard.html
 * https://docs.aws.amazon.com/iot-mi/latest/APIReference/API_DeleteManagedThing.html
 */
export class Hubs implements Order {
  private readonly client = new IoTManagedIntegrationsClient(forReading('JSON'));
  private readonly deletesChildren: boolean;
  // What was found for the count serves for the run: with ten calls a second, asking takes as long as deleting.
  private readonly children = new Map<string, Promise<readonly Target[]>>();
  private readonly looked = new Map<string, Promise<Target>>();
  private listed?: Promise<ReadonlyMap<string, Target> | undefined>;

  constructor(
    parameters: Fields,
    private readonly reads: Reads,
  ) {
    this.deletesChildren = THINGS_OPERATION.read(parameters).DeleteChildren;
  }

  async *all(targets: AsyncIterable<Target>): AsyncGenerator<Target> {
    for await (const target of targets) {
      yield target;
      if (this.deletesChildren) yield* this.below(await this.recognized(target), new Set([target.id]));
    }
  }

  inTurn(targets: AsyncIterable<Target>, ended: (id: string) => Promise<boolean>): AsyncGenerator<Target> {
    return new Turns({
      ended,
      deletesChildren: this.deletesChildren,
      recognized: (target) => this.recognized(target),
      childrenOf: (hubId) => this.childrenOf(hubId),
      childrenNow: (hubId) => this.listChildren(hubId),
      failureOf: (error) => this.reads.words.of(error),
    }).of(targets);
  }

  close(): void {
    this.client.destroy();
  }

  private async *below(target: Target, above: ReadonlySet<string>): AsyncGenerator<Target> {
    for (const child of target.carries ? await this.childrenOf(target.id) : []) {
      if (above.has(child.id)) continue;
      yield child;
      yield* this.below(child, new Set([...above, child.id]));
    }
  }

  /** With what its source did not know: whether it is a hub. */
  private async recognized(target: Target): Promise<Target> {
    if (target.carries !== undefined || target.problem || thingIdentifierProblem(target.id)) return target;
    const hubs = await (this.listed ??= this.listHubs());
    if (hubs) return hubs.get(target.id) ?? { ...target, carries: false };
    const { looked } = this;
    if (!looked.has(target.id)) looked.set(target.id, this.look(target));
    return looked.get(target.id)!;
  }

  /** Undefined if there are too many, or they cannot be listed. */
  private async listHubs(): Promise<ReadonlyMap<string, Target> | undefined> {
    const hubs = new Map<string, Target>();
    try {
      for await (const hub of listManagedThings(this.client, { RoleFilter: 'CONTROLLER' }, this.reads)) {
        if (hubs.size === MOST_HUBS_LISTED) return undefined;
        // Also where the answer does not repeat what it was asked for.
        hubs.set(hub.id, { ...hub, carries: true });
      }
      return hubs;
    } catch (error) {
      if (this.deletesChildren) throw error;
      return undefined;
    }
  }

  private async look(target: Target): Promise<Target> {
    await this.reads.paces.of('GetManagedThing', MANAGED_INTEGRATIONS).turn(Infinity);
    try {
      const Identifier = target.id;
      const { Role, ParentControllerId } = await this.reads.make(`iotmanagedintegrations:GetManagedThing on managed-thing/${Identifier}`, () =>
        this.client.send(new GetManagedThingCommand({ Identifier })),
      );
      if (Role === undefined) throw new Explained('the answer does not tell whether it is a hub');
      return targetOf({ Id: Identifier, Role, ParentControllerId });
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return { ...target, carries: false };
      const { name, message } = this.reads.words.of(error);
      return { ...target, problem: { name, message: `could not be looked at, and a hub must go after the devices on it: ${message}` } };
    }
  }

  private childrenOf(hubId: string): Promise<readonly Target[]> {
    let children = this.children.get(hubId);
    if (!children) this.children.set(hubId, (children = this.listChildren(hubId)));
    return children;
  }

  private async listChildren(ParentControllerIdentifierFilter: string): Promise<readonly Target[]> {
    const children: Target[] = [];
    if (!MAY_HAVE_CHILDREN.test(ParentControllerIdentifierFilter)) return children;
    for await (const child of listManagedThings(this.client, { ParentControllerIdentifierFilter }, this.reads)) children.push(await this.recognized(child));
    return children;
  }
}
