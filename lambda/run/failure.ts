import { isServerError, isThrottlingError, isTransientError } from '@smithy/core/retry';

/** Why a target could not be ended. */
export interface Failure {
  readonly name: string;
  readonly message: string;
}

export function failureOf(error: unknown): Failure {
  return error instanceof Error ? { name: error.name, message: error.message } : { name: 'Error', message: String(error) };
}

/** For a sentence: the error's name, which tells AWS's errors apart, and what it says. */
export function described(error: unknown): string {
  const { name, message } = failureOf(error);
  return name === 'Error' ? message : `${name}: ${message}`;
}

/** Whether the quota is used up, by this run or by others. */
export function isThrottling(error: any): boolean {
  return isThrottlingError(error);
}

/** Whether the same call may succeed later. */
export function isRetryable(error: any): boolean {
  return isThrottlingError(error) || isServerError(error) || isTransientError(error) || NETWORK_ERRORS.includes(error?.code);
}

const NETWORK_ERRORS = ['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN', 'ENOTFOUND'];

/** A failure that the library tells by itself, with a name of its own. */
export class Refusal extends Error {
  constructor(override readonly name: string, message: string) {
    super(message);
  }
}
