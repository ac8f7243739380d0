import { WholeAnswers } from './http';

/**
 * What a client that finds targets is made with: a run that may take minutes can wait out others who use the same quota.
 *
 * @param region of what is read; undefined for the handler's own
 */
export function reader(answers?: 'JSON', region?: string) {
  return { maxAttempts: 8, region, requestHandler: new WholeAnswers(answers) };
}

/** Undefined for a name that is no ARN, as templates before 0.3.0 have it: what it names is in the handler's own region. */
export function regionOf(arn: string): string | undefined {
  return arn.startsWith('arn:') ? arn.split(':')[3] || undefined : undefined;
}
