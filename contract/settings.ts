import type { CHAT_OPERATION } from './chat';
import { Explained } from './explained-error';
import { anyText, flag, oneOf, optional, positive, record, Shape, text, texts, withDefault, type Field } from './fields';

export const MOMENTS = ['DEPLOY', 'REMOVAL', 'TEARDOWN'] as const;
export type MomentName = (typeof MOMENTS)[number];

/** What one invocation has time for: the handler's answer must come before Lambda ends the function at 15 minutes. */
export const LONGEST_ALONE_SECONDS = 14 * 60;
/** Longer runs are told of before they have ended: CloudFormation waits an hour at most. */
export const LONGEST_ANSWERED_SECONDS = 58 * 60;
export const LONGEST_RUN_SECONDS = 7 * 24 * 60 * 60;

/** What a construct does that is not told otherwise. */
export const DEFAULTS = {
  RunOn: ['TEARDOWN'],
  OnFailure: 'FAIL',
  MaxTargets: 10_000,
  TimeoutSeconds: LONGEST_ALONE_SECONDS,
  Preflight: true,
} as const satisfies { readonly RunOn: readonly MomentName[]; readonly [property: string]: unknown };

/** What CloudFormation waits beyond a run's own time: its function starts in a VPC, is throttled, or crashed and is called again. */
export const LATENESS_SECONDS = 5 * 60;

const moments: Field<readonly MomentName[]> = {
  read(from, name) {
    const given = texts.read(from, name);
    const unknown = given.find((moment) => !MOMENTS.includes(moment as MomentName));
    if (unknown !== undefined) throw new Explained(`${name} names ${JSON.stringify(unknown)}: it must be of ${MOMENTS.join(', ')}`);
    return given as MomentName[];
  },
};

/** Whatever else it is, nothing is done because of it that would not be done otherwise. */
const seconds: Field<number | undefined> = {
  read: (from, name) => (Number(from[name]) > 0 ? Number(from[name]) : undefined),
};

/** When to act. */
export const OCCASION = new Shape({
  RunOn: moments,
  /** A change makes a deploy act on all targets again. */
  RedeployTrigger: optional(anyText),
});

/** Where the construct is, as the template says. */
export const PLACE = new Shape({
  /** Whether its stack is nested. */
  Nested: withDefault(flag, false),
});

/** How long a run may take. */
export const TIMES = new Shape({
  TimeoutSeconds: seconds,
  /** CloudFormation's own; version 0.2.0 and before knew no other. */
  ServiceTimeout: seconds,
  /** Carries on what takes longer than one invocation of the function. */
  StateMachineArn: optional(text),
});

/** What is ended, and how. */
export const WORK = new Shape({
  Targets: record,
  Operation: withDefault(record, {}),
});

/** What all constructs share besides. */
export const SETTINGS = new Shape({
  OnFailure: withDefault(oneOf('FAIL', 'CONTINUE'), DEFAULTS.OnFailure),
  MaxTargets: withDefault(positive, DEFAULTS.MaxTargets),
  RequestsPerSecond: optional(positive),
  Preflight: withDefault(flag, DEFAULTS.Preflight),
  /** The construct's, for metrics. */
  Path: optional(text),
});

/** Of Operation: what a failure means, which is no change of what is ended. */
export const FAILURE_HANDLING: ReadonlyArray<keyof ReturnType<typeof CHAT_OPERATION.read>> = ['DeniedToken'];

/** What earlier versions left unsaid in Targets or Operation, so that saying it is no change of what is ended. */
export const UNSAID_BEFORE: readonly string[] = ['WaitForDeletion', 'BucketOwner', 'BucketRegion'];
