import { WholeAnswers } from './http';

/**
 * What a client that finds targets is made with: a run that may take minutes can wait out others who use the same quota.
 *
 * @param region of what is read; undefined for the handler's own
 */
export function forReading(answers?: 'JSON', region?: string) {
  return { maxAttempts: 8, region, requestHandler: new WholeAnswers(answers) };
}

/** Of what an ARN names; undefined, for the handler's own, where it names none. */
export function regionOf(arn: string): string | undefined {
  return arn.split(':')[3] || undefined;
}
