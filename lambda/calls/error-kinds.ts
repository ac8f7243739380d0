import { isRetryableByTrait, isServerError, isThrottlingError, isTransientError } from '@smithy/core/retry';

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

/** Whether a permission is missing, or not in force yet; the services have many words for it. */
export function isDenial(error: any): boolean {
  return DENIALS.has(error?.name) || [401, 403].includes(error?.$metadata?.httpStatusCode);
}

const DENIALS = new Set(['AccessDenied', 'AccessDeniedException', 'ForbiddenException', 'UnauthorizedException', 'NotAuthorized', 'KMSAccessDeniedException']);
const NETWORK_ERRORS = ['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN', 'ENOTFOUND'];
