import { Refusal, type Failure } from '../calls/failure';
import type { Target } from '../targets/target';

/** In which devices that join a hub meanwhile are followed. */
const MOST_ROUNDS = 3;
const MOST_NAMED = 5;

export interface TurnsOptions {
  readonly deletesChildren: boolean;
  /** Whether a target is a hub, where its source did not know. */
  recognized(target: Target): Promise<Target>;
  childrenOf(hubId: string): Promise<readonly Target[]>;
  /** Also those that have joined since `childrenOf` found them. */
  childrenNow(hubId: string): Promise<readonly Target[]>;
  /** Waits until a target that was given out has been dealt with; false if it has not ended. */
  ended(id: string): Promise<boolean>;
  failureOf(error: unknown): Failure;
}

/** Gives out targets in the order in which they must end: devices at once, a hub when the devices on it have been dealt with. */
export class Turns {
  private readonly ready: Array<{ readonly target: Target; readonly given: () => void }> = [];
  private wake: () => void = () => undefined;
  /** Hubs that have been met, and whether each has ended when it has been dealt with. */
  private readonly hubs = new Map<string, Promise<boolean>>();
  private held = 0;
  /** Devices by what they hang on, as their source told. */
  private readonly told = new Map<string, Target[]>();
  private readonly waitsFor = new Map<string, readonly string[]>();
  private readonly inCircle = new Set<string>();
  private sourceIsRead: () => void = () => undefined;
  private readonly read = new Promise<void>((resolve) => (this.sourceIsRead = resolve));

  constructor(private readonly options: TurnsOptions) {}

  async *of(targets: AsyncIterable<Target>): AsyncGenerator<Target> {
    for await (const { target, isTold } of this.recognized(targets)) {
      if (isTold && target.hangsOn !== undefined) this.toldOn(target.hangsOn).push(target);
      if (target.carries) this.hold(target, isTold);
      else yield target;
      yield* this.whatIsReady();
    }
    this.sourceIsRead();
    while (this.held > 0) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
        if (this.ready.length > 0 || this.held === 0) resolve();
      });
      yield* this.whatIsReady();
    }
  }

  /** A target that is alone need not be asked what it is. */
  private async *recognized(targets: AsyncIterable<Target>): AsyncGenerator<{ target: Target; isTold: boolean }> {
    const { deletesChildren, recognized } = this.options;
    let first: Target | undefined;
    let alone = !deletesChildren;
    for await (const target of targets) {
      const isTold = target.carries !== undefined;
      if (alone && first === undefined && !isTold) {
        first = target;
        continue;
      }
      alone = false;
      if (first) yield { target: await recognized(first), isTold: false };
      first = undefined;
      yield { target: await recognized(target), isTold };
    }
    if (first) yield { target: first, isTold: false };
  }

  private async *whatIsReady(): AsyncGenerator<Target> {
    for (let next = this.ready.shift(); next; next = this.ready.shift()) {
      yield next.target;
      next.given();
    }
  }

  private hold(hub: Target, isTold: boolean): void {
    if (this.hubs.has(hub.id)) return;
    this.held += 1;
    this.hubs.set(
      hub.id,
      this.follow(hub, isTold).finally(() => {
        this.held -= 1;
        this.wake();
      }),
    );
  }

  /** Gives a target out and waits until it has been dealt with. */
  private async give(target: Target): Promise<boolean> {
    await new Promise<void>((given) => {
      this.ready.push({ target, given });
      this.wake();
    });
    return this.options.ended(target.id);
  }

  private async follow(hub: Target, isTold: boolean): Promise<boolean> {
    try {
      const children = await this.childrenOf(hub.id, isTold);
      await this.childrenEnded(hub.id, children);
      if (this.options.deletesChildren) await this.latecomersEnded(hub.id, new Set(children.map(({ id }) => id)));
    } catch (error) {
      return this.give({ ...hub, problem: this.options.failureOf(error) });
    }
    return this.give({ ...hub, carries: true });
  }

  private async childrenOf(hubId: string, isTold: boolean): Promise<readonly Target[]> {
    if (!isTold || this.options.deletesChildren) return this.options.childrenOf(hubId);
    await this.read;
    return this.toldOn(hubId);
  }

  private toldOn(hubId: string): Target[] {
    let told = this.told.get(hubId);
    if (!told) this.told.set(hubId, (told = []));
    return told;
  }

  private async childrenEnded(hubId: string, children: readonly Target[]): Promise<void> {
    const { deletesChildren, ended } = this.options;
    this.waitsFor.set(hubId, [...(this.waitsFor.get(hubId) ?? []), ...children.filter(({ carries }) => carries).map(({ id }) => id)]);
    this.findCircle(hubId);
    if (!deletesChildren) await this.read;
    const haveEnded = await Promise.all(
      children.map((child) => {
        if (!child.carries) return deletesChildren ? this.give(child) : ended(child.id);
        if (deletesChildren) this.hold(child, false);
        return this.inCircle.has(hubId) || (this.hubs.get(child.id) ?? true);
      }),
    );
    if (this.inCircle.has(hubId)) {
      throw new Refusal('HubsInCircle', 'hangs on itself, directly or by way of other hubs, so it has no turn: delete one of them by hand');
    }
    const left = children.filter((_, n) => !haveEnded[n]).map(({ id }) => id);
    // AWS may let the hub go and leave them behind, where nobody would find them again.
    if (left.length > 0) throw hubHasChildren(left, 'see why they could not be deleted');
  }

  private async latecomersEnded(hubId: string, known: Set<string>): Promise<void> {
    for (let round = 1; ; round += 1) {
      const joined = (await this.options.childrenNow(hubId)).filter(({ id }) => !known.has(id));
      if (joined.length === 0) return;
      if (round > MOST_ROUNDS)
        throw hubHasChildren(
          joined.map(({ id }) => id),
          'devices keep joining it',
        );
      joined.forEach(({ id }) => known.add(id));
      await this.childrenEnded(hubId, joined);
    }
  }

  /** Whoever learns the last of a circle's links finds it, and all in it are let go. */
  private findCircle(hubId: string): void {
    const walk = (id: string, path: readonly string[]): void => {
      if (path.includes(id)) {
        if (id === hubId) path.forEach((member) => this.inCircle.add(member));
        return;
      }
      for (const child of this.waitsFor.get(id) ?? []) walk(child, [...path, id]);
    };
    walk(hubId, []);
  }
}

/** A hub that is kept back, or was refused, because of devices that still hang on it. */
export function hubHasChildren(ids: ReadonlyArray<string | undefined>, advice: string): Refusal {
  const named = ids.length > 0 ? ` (${ids.slice(0, MOST_NAMED).join(', ')}${ids.length > MOST_NAMED ? ', …' : ''})` : '';
  return new Refusal('HubHasChildren', `is a hub that still has child devices${named}, which must go before it: ${advice}`);
}
