import type { Service } from './service';
import type { Tally } from './tally';

const MAX_SAMPLE_MESSAGE = 400;
/** Of the 4,096 bytes that an answer may have: an update may have two reasons, and the rest is ids and counts. */
const MAX_BYTES = 1_700;

export const WHY_RECONNECTED =
  'credentials still allow it: take them away first, with runAfterDeletionOf(the policy or certificate that lets it in); ' +
  'if you did, AWS IoT takes 6 to 8 minutes until that is in force: try again then, or have Confirm.staysDisconnected, in a long enough timeout, disconnect them until it is';

export interface ReasonOptions {
  readonly service: Service;
  /** Where in the logs details are. */
  readonly details: string;
  /** False in the cleanup of an update, after which CloudFormation knows the construct no more. */
  readonly canBeRepeated: boolean;
  /** What else is wrong. */
  readonly also: readonly string[];
}

/** One sentence that a person can act on; undefined where nothing failed. */
export function reasonOf(tally: Tally, options: ReasonOptions): string | undefined {
  // The end of it says what to do, so it is the samples that get shorter.
  for (let most = MAX_SAMPLE_MESSAGE; ; most = Math.floor(most / 2)) {
    const reason = withSamples(tally, most, options);
    if (most < 20 || reason === undefined || Buffer.byteLength(JSON.stringify(reason)) <= MAX_BYTES) return reason;
  }
}

function withSamples(tally: Tally, most: number, { service, details, canBeRepeated, also }: ReasonOptions): string | undefined {
  const short = (text: string) => (text.length <= most ? text : `${text.slice(0, most)}…`);
  const parts = also.map((part) => (part.length <= most * 2 ? part : `${part.slice(0, most * 2)}…`));
  if (tally.failed > 0) {
    const errors = [...tally.errors].map(([name, count]) => `${count} ${name}`).join(', ');
    const samples = tally.samples.map(({ target, message }) => `${short(target)}: ${short(message)}`).join('; ');
    parts.push(
      `${tally.failed} of ${tally.targets} ${service.targetName} could not be ${service.endedName} (${errors})${samples && `, for example ${samples}`}`,
    );
  }
  if (tally.reconnected > 0) {
    const { reconnectedSamples: samples } = tally;
    const named = samples.length > 0 ? ` (${samples.map(short).join(', ')}${tally.reconnected > samples.length ? ', …' : ''})` : '';
    parts.push(`${tally.reconnected} of ${tally.targets} ${service.targetName} connected again${named}: ${WHY_RECONNECTED}`);
  }
  if (tally.left > 0) {
    parts.push(`${tally.left} of ${tally.targets} ${service.targetName} were not reached before the timeout, or gave no answer in time`);
  }
  if (parts.length === 0) return undefined;
  const ended = tally.ended > 0 ? ` ${endedSentence(tally, service)}` : '';
  const unlisted = tally.unlisted > 0 ? ` Of these nobody saw ${tally.unlisted} end: their source no longer listed them.` : '';
  const advice = canBeRepeated
    ? `Mend the cause and ${againFor(service)}`
    : 'The construct has left the stack, so nothing tries again: end by hand what is still there.';
  return `${parts.join(', and ')}.${ended}${unlisted} Details are in ${details}. ${advice}`;
}

export function againFor({ targetName, endedName }: Service): string {
  return `run the same command again: ${targetName} that are already ${endedName} are no obstacle.`;
}

/** Also what a later run can read in the stack's events. */
function endedSentence({ ended, targets }: Tally, { targetName, endedName }: Service): string {
  return `${ended} of ${targets} ${targetName} were ${endedName}.`;
}

/** Whether a reason of an earlier run says that it ended any. */
export function saysThatSomeEnded(reason: string, { targetName, endedName }: Pick<Service, 'targetName' | 'endedName'>): boolean {
  return new RegExp(`[1-9]\\d* of \\d+ ${targetName} were ${endedName}\\.`).test(reason);
}
