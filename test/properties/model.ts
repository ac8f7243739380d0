/* What should happen, in the fewest words: each listed id is a construct of its own. */

export type MomentName = 'DEPLOY' | 'REMOVAL' | 'TEARDOWN';

export interface Deploy {
  readonly kind: 'deploy';
  /** Letters; none means that the construct is not in the template. */
  readonly ids: readonly string[];
  readonly runOn: readonly MomentName[];
  readonly trigger: string;
  /** Whether another resource fails, before the construct's turn or after it, or the construct itself. */
  readonly fails: 'no' | 'before' | 'after' | 'itself';
}

export interface Destroy {
  readonly kind: 'destroy';
  /** An id that cannot be ended at the first try. */
  readonly denied?: string;
}

export type Step = Deploy | Destroy;

/** What the stack has, and nothing if there is no stack. */
export type State = Pick<Deploy, 'ids' | 'runOn' | 'trigger'> | undefined;

export interface Prediction {
  readonly ended: ReadonlySet<string>;
  /** After a destroy that failed: what a second one ends. */
  readonly endedLater: ReadonlySet<string>;
  readonly state: State;
}

export function predict(state: State, step: Step): Prediction {
  return step.kind === 'destroy' ? afterDestroy(state, step) : afterDeploy(state, step);
}

function afterDestroy(state: State, { denied }: Destroy): Prediction {
  const all = state?.runOn.includes('TEARDOWN') ? state.ids : [];
  return {
    ended: new Set(all.filter((id) => id !== denied)),
    endedLater: new Set(all.filter((id) => id === denied)),
    state: undefined,
  };
}

function afterDeploy(state: State, { ids, runOn, trigger, fails }: Deploy): Prediction {
  const before = state ?? { ids: [], runOn: [], trigger: '' };
  const unchanged = before.trigger === trigger;
  const deployed = runOn.includes('DEPLOY') ? ids.filter((id) => !before.ids.includes(id) || !unchanged) : [];
  const removed = before.runOn.includes('REMOVAL') ? before.ids.filter((id) => !ids.includes(id)) : [];
  return {
    ended: new Set({ no: [...deployed, ...removed], before: [], after: deployed, itself: [] }[fails]),
    endedLater: new Set(),
    state: fails === 'no' ? { ids, runOn, trigger } : state,
  };
}

/**
 * Where one construct with n ids cannot behave as n constructs: CloudFormation deletes constructs that left in its cleanup, which an
 * update that fails never reaches, but tells a construct whose list changed during the update. What is known to be gone by then cannot be
 * taken back.
 */
export function endedTooEarly(state: State, step: Step): readonly string[] {
  if (step.kind === 'destroy' || step.fails !== 'after' || step.ids.length === 0 || !state?.runOn.includes('REMOVAL')) return [];
  return state.ids.filter((id) => !step.ids.includes(id));
}

export function sameMoments(one: readonly string[], other: readonly string[]): boolean {
  return [...one].sort().join() === [...other].sort().join();
}
