import type { Stack } from 'aws-cdk-lib';
import { documentSize, type Statements } from './policy-size';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const MANAGED_CHARACTERS = 6_144;

/** A policy that is to be put somewhere. */
export interface Load {
  readonly stack: Stack;
  readonly statements: Statements;
  /** Whether they name resources of the stack. */
  readonly refers: boolean;
  /** Whether something may wait for what depends on it. */
  readonly awaited: boolean;
}

export interface Packing<T extends Load> {
  /** What shares a managed policy. */
  readonly shared: ReadonlyArray<readonly T[]>;
  /** For what there is no room. */
  readonly left: readonly T[];
}

/**
 * Puts policies into a role: inline where there is room, those first that cannot share; else into managed policies that several share.
 *
 * Whoever depends on one policy of a shared one depends on all that the others name. So where one of them names a resource of its stack,
 * nothing may wait for any that shares with it: the resource itself might.
 *
 * @param inline the characters for inline policies
 * @param managed the number of managed policies
 */
export function pack<T extends Load>(loads: readonly T[], inline: number, managed: number): Packing<T> {
  const shared: T[][] = [];
  const left: T[] = [];
  let room = inline;
  for (const load of [...loads].sort((one, other) => cannotShare(other) - cannotShare(one))) {
    const size = documentSize(load.statements);
    const place = shared.find((others) => haveRoomFor(load, others));
    if (size <= room) room -= size;
    else if (place) place.push(load);
    else if (size <= MANAGED_CHARACTERS && shared.length < managed) shared.push([load]);
    else left.push(load);
  }
  return { shared, left };
}

function cannotShare({ refers, awaited }: Load): number {
  return Number(refers && awaited);
}

function haveRoomFor(load: Load, others: readonly Load[]): boolean {
  const all = [...others, load];
  return (
    load.stack === others[0].stack &&
    !(all.some(({ refers }) => refers) && all.some(({ awaited }) => awaited)) &&
    documentSize(new Map(all.flatMap(({ statements }) => [...statements]))) <= MANAGED_CHARACTERS
  );
}
