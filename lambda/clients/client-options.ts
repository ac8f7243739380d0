import { WholeAnswers } from './http';

const READ_ATTEMPTS = 8;

/**
 * For a client that finds things out: a run that may take minutes can wait out others who use the same quota.
 *
 * @param region of what is read; undefined for the handler's own
 */
export function forReading(answers?: 'JSON', region?: string) {
  return { maxAttempts: READ_ATTEMPTS, region, requestHandler: new WholeAnswers(answers) };
}

/** For a client that ends targets: the SDK's own retries would know neither the pace nor how often a target may be called. */
export function forEnding() {
  return { maxAttempts: 1, requestHandler: new WholeAnswers('JSON') };
}

/** Of what an ARN names; undefined, for the handler's own, where it names none. */
export function regionOf(arn: string): string | undefined {
  return arn.split(':')[3] || undefined;
}
