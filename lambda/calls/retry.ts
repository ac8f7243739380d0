import { isRetryableByTrait, isServerError, isThrottlingError, isTransientError } from '@smithy/core/retry';

/* Which calls are made again, how often and after how long. */

/**
 * Between two calls for the same target: AWS IoT takes one a second for a client id.
 * https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits
 */
export const BETWEEN_CALLS_MS = 1_100;

/** Of a call that fails. Being throttled does not count, nor a denial that may pass: neither says anything of the target. */
export const MAX_ATTEMPTS = 6;

const MOST_AFTER_THROTTLING_MS = 1_100;
const MOST_AFTER_FAULT_MS = 20_000;

/** Also after a denial that may pass. */
export function pauseAfterThrottling(): number {
  return BETWEEN_CALLS_MS + Math.random() * MOST_AFTER_THROTTLING_MS;
}

/** @param attempt the next, from 2 */
export function pauseAfterFault(attempt: number): number {
  return BETWEEN_CALLS_MS + Math.random() * Math.min(MOST_AFTER_FAULT_MS, BETWEEN_CALLS_MS * 2 ** attempt);
}

/** Of a call that finds something out, when it was denied; its faults are tried again by the SDK. */
export const PAUSE_AFTER_DENIED_READ_MS = 2_000;

/** Whether the quota is used up, by this run or by others. */
export function isThrottling(error: any): boolean {
  return isThrottlingError(error ?? {});
}

/** Whether the same call may succeed later. */
export function isRetryable(error: any): boolean {
  if (!error) return false;
  return (
    isThrottlingError(error) ||
    isServerError(error) ||
    isTransientError(error) ||
    isRetryableByTrait(error) ||
    NETWORK_ERRORS.includes(error.code) ||
    error.$response?.statusCode >= 500
  );
}

const NETWORK_ERRORS = ['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN', 'ENOTFOUND'];
