import { Refusal } from './failure';
import type { Words } from './redaction';

/**
 * For IAM, a policy that was made a moment ago is not in force everywhere:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
 */
const UNTIL_IN_FORCE_MS = 60_000;

/** What it means that a call is denied: on a deploy the permission may be new; at a delete it has been there for long. */
export class Denials {
  private readonly believedAt: number;

  constructor(deploys: boolean, begun: number) {
    this.believedAt = deploys ? begun + UNTIL_IN_FORCE_MS : -Infinity;
  }

  /** Whether the same call may be allowed in some seconds. */
  mayPass(error: unknown): boolean {
    return isDenial(error) && performance.now() < this.believedAt;
  }
}

/** A service may name no permission, so the reason names the one that the call needs. */
export function withPermission(error: unknown, permission: string, words: Words): unknown {
  if (!isDenial(error)) return error;
  const { name, message } = words.of(error);
  return new Refusal(name, `see that the provider's role is allowed ${permission}: ${message}`);
}

/** Whether a permission is missing, or not in force yet; the services have many words for it. */
function isDenial(error: any): boolean {
  return DENIAL_NAMES.has(error?.name) || [401, 403].includes(error?.$metadata?.httpStatusCode);
}

const DENIAL_NAMES = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'ForbiddenException',
  'UnauthorizedException',
  'NotAuthorized',
  'KMSAccessDeniedException',
]);
