import { isDeepStrictEqual } from 'node:util';
import { Explained } from '../../contract/explained-error';
import type { Fields } from '../../contract/fields';
import { FAILURE_HANDLING, OCCASION, UNSAID_BEFORE, WORK, type MomentName } from '../../contract/settings';
import { IDS } from '../../contract/sources/ids';
import { wasCreated } from './physical-id';
import type { Request } from './request';

/** What a request asks to be done: an act on all targets of some properties, or on some ids of them. */
export interface Act {
  readonly moment: MomentName;
  readonly properties: Fields;
  /** Only these of the listed ids. */
  readonly only?: readonly string[];
}

export interface Decision {
  readonly acts: readonly Act[];
  /** Why, for the log. */
  readonly because: string;
  /** A deploy that may look at its targets even if it does not act. */
  readonly deploys: boolean;
}

const NOTHING = { acts: [], deploys: false };

/** Of a stack, or a nested one, while a Create is meant to be. */
const CREATING = ['CREATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS'];

/** In which a run that an earlier invocation began is still meant to go on. */
const GOES_ON_IN: Readonly<Record<MomentName, readonly string[]>> = {
  DEPLOY: CREATING,
  REMOVAL: ['UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'],
  // CloudFormation may have been told meanwhile that it takes longer.
  TEARDOWN: ['DELETE_IN_PROGRESS', 'DELETE_FAILED'],
};

export function isStillMeant(moment: MomentName, stackStatus: string): boolean {
  return GOES_ON_IN[moment].includes(stackStatus);
}

/**
 * Decides, from the request and why CloudFormation makes it, what is to be done.
 *
 * @param stackStatus asked only where the answer matters
 */
export async function decide(request: Request, stackStatus: () => Promise<string>): Promise<Decision> {
  switch (request.type) {
    case 'Create':
      return onCreate(request, stackStatus);
    case 'Update': {
      const status = await stackStatus();
      // Undoes a failed update, or came late.
      if (status !== 'UPDATE_IN_PROGRESS') return { ...NOTHING, because: `the stack is not being updated (${status})` };
      return { acts: updateActs(request.properties, request.oldProperties), because: `an update (${status})`, deploys: true };
    }
    case 'Delete':
      return onDelete(request, stackStatus);
  }
}

async function onCreate({ properties }: Request, stackStatus: () => Promise<string>): Promise<Decision> {
  const acts = actsIf('DEPLOY', properties);
  // A delivery can come so late that the deploy has failed meanwhile.
  const status = acts.length > 0 ? await stackStatus() : '';
  if (acts.length > 0 && !CREATING.includes(status)) return { ...NOTHING, because: `the stack is not being deployed any more (${status})` };
  return { acts, because: 'the construct is new', deploys: true };
}

async function onDelete(request: Request, stackStatus: () => Promise<string>): Promise<Decision> {
  if (!wasCreated(request)) return { ...NOTHING, because: 'the Create of this resource failed' };
  const runOn = momentsOf(request.properties);
  if (!runOn.includes('REMOVAL') && !runOn.includes('TEARDOWN')) return { ...NOTHING, because: 'runOn has neither REMOVAL nor TEARDOWN' };
  const status = await stackStatus();
  if (status.includes('ROLLBACK')) return { ...NOTHING, because: `a failed deploy is undone (${status})` };
  if (status === 'DELETE_IN_PROGRESS') {
    return { acts: actsIf('TEARDOWN', request.properties), because: 'the stack is being deleted', deploys: false };
  }
  if (status === 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS') {
    return { acts: actsIf('REMOVAL', request.properties), because: 'the construct left the template', deploys: false };
  }
  throw new Explained(
    `the stack is ${status}, which does not tell whether it is being deleted: nothing was touched; try again when the stack has come to rest`,
  );
}

/**
 * Each listed id is treated as if it had a construct of its own: one that left is removed with the properties it had, one that came
 * is new, one that stayed is ended again only if what is ended, or how, has changed.
 */
function updateActs(now: Fields, before?: Fields): Act[] {
  if (!before) return actsIf('DEPLOY', now);
  const ids = listedIds(now);
  const oldIds = listedIds(before);
  const left = oldIds && ids ? difference(oldIds, ids) : [];
  const acts = left.length > 0 ? actsIf('REMOVAL', before, left) : [];
  if (!isDeepStrictEqual(whatIsEnded(now, before), whatIsEnded(before, now))) return [...acts, ...actsIf('DEPLOY', now)];
  const came = oldIds && ids ? difference(ids, oldIds) : [];
  return came.length > 0 ? [...acts, ...actsIf('DEPLOY', now, came)] : acts;
}

function actsIf(moment: MomentName, properties: Fields, only?: readonly string[]): Act[] {
  return momentsOf(properties).includes(moment) ? [{ moment, properties, only }] : [];
}

function momentsOf(properties: Fields): readonly MomentName[] {
  return OCCASION.read(properties).RunOn;
}

function listedIds(properties: Fields): readonly string[] | undefined {
  const { Targets } = WORK.read(properties);
  return Targets.Source === IDS.name ? IDS.read(Targets).Ids : undefined;
}

/**
 * What a change of makes a deploy act on all targets: what is ended and how, not when, how fast, or what a failure means. And not that
 * this version of the library says what the one that deployed `other` left unsaid.
 */
function whatIsEnded(properties: Fields, other: Fields): object {
  const [own, its] = [WORK.read(properties), WORK.read(other)];
  return {
    targets: without(own.Targets, ['Ids' satisfies keyof ReturnType<typeof IDS.read>, ...unsaid(its.Targets)]),
    operation: without(own.Operation, [...FAILURE_HANDLING, ...unsaid(its.Operation)]),
    trigger: OCCASION.read(properties).RedeployTrigger,
  };
}

function unsaid(other: Fields): string[] {
  return UNSAID_BEFORE.filter((name) => other[name] === undefined);
}

function without(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}

function difference(ids: readonly string[], others: readonly string[]): string[] {
  const known = new Set(others);
  return ids.filter((id) => !known.has(id));
}
