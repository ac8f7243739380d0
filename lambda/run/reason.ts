import type { Service } from './service';
import type { Tally } from './tally';

const MAX_SAMPLE_MESSAGE = 400;

export const WHY_RECONNECTED = 'credentials still allow it: take them away first, with runAfterDeletionOf(the policy or certificate that lets it in); '
  + 'if you did, AWS IoT takes 6 to 8 minutes until that is in force: try again then';

/**
 * One sentence that a person can act on; undefined where nothing failed.
 *
 * @param canBeRepeated false in the cleanup of an update, after which CloudFormation knows the construct no more
 */
export function reasonOf(tally: Tally, service: Service, logStream: string, canBeRepeated: boolean): string | undefined {
  const parts = [];
  if (tally.failed > 0) {
    const errors = [...tally.errors].map(([name, count]) => `${count} ${name}`).join(', ');
    const samples = tally.samples.map(({ target, message }) => `${short(target)}: ${short(message)}`).join('; ');
    parts.push(`${tally.failed} of ${tally.targets} ${service.targetName} could not be ${service.endedName} (${errors}), for example ${samples}`);
  }
  if (tally.reconnected > 0) {
    const { reconnectedSamples: samples } = tally;
    parts.push(`${tally.reconnected} of ${tally.targets} ${service.targetName} connected again (${samples.map(short).join(', ')}${tally.reconnected > samples.length ? ', …' : ''}): ${WHY_RECONNECTED}`);
  }
  if (tally.left > 0) {
    parts.push(`${tally.left} of ${tally.targets} ${service.targetName} were not reached before the timeout`);
  }
  if (parts.length === 0) return undefined;
  const advice = canBeRepeated
    ? `Mend the cause and run the same command again: ${service.targetName} that are already ${service.endedName} are no obstacle.`
    : `The construct has left the stack, so nothing tries again: end by hand what is still there.`;
  return `${parts.join(', and ')}. Details are in log stream ${logStream}. ${advice}`;
}

function short(message: string): string {
  return message.length <= MAX_SAMPLE_MESSAGE ? message : `${message.slice(0, MAX_SAMPLE_MESSAGE)}…`;
}
