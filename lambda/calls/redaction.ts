import { Explained } from '../../contract/explained-error';
import type { Failure } from './failure';

/** What is said of errors: all that a service wrote, or only what cannot repeat the target. */
export class Words {
  /** @param areSecret the targets: a service may repeat what it was sent, in any shape */
  constructor(private readonly areSecret: boolean) {}

  of(error: unknown): Failure {
    if (error instanceof Explained) return { name: error.name, message: error.message };
    if (this.areSecret) return factsOf(error);
    return error instanceof Error ? { name: error.name, message: error.message } : { name: 'Error', message: String(error) };
  }

  /** For a sentence: the error's name, which tells AWS's errors apart, and what it says. */
  described(error: unknown): string {
    const { name, message } = this.of(error);
    return name === 'Error' ? message : `${name}: ${message}`;
  }
}

/** AWS's names of what its services refuse; a name that is none of them may be anything. */
const KNOWN_NAMES = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'BadRequestException',
  'ConflictException',
  'ContactNotFoundException',
  'DecryptionFailure',
  'ExpiredTokenException',
  'ForbiddenException',
  'IncompleteSignature',
  'InternalFailure',
  'InternalServerError',
  'InternalServerException',
  'InternalServiceError',
  'InternalServiceException',
  'InvalidActiveRegionException',
  'InvalidKeyId',
  'InvalidParameterException',
  'InvalidRequestException',
  'InvalidSignatureException',
  'KMSAccessDeniedException',
  'LimitExceededException',
  'NoSuchBucket',
  'NoSuchKey',
  'NotFoundException',
  'ParameterNotFound',
  'PreconditionFailed',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestTimeout',
  'ResourceNotFoundException',
  'ServiceUnavailable',
  'ServiceUnavailableException',
  'SlowDown',
  'ThrottlingException',
  'TimeoutError',
  'TooManyRequestsException',
  'UnauthorizedException',
  'UnrecognizedClientException',
  'ValidationException',
]);
const REQUEST_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Node's; a service may write others into its answer, where the SDK takes them over. */
const SYSTEM_ERRORS = new Set([
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'EMFILE',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'EPROTO',
  'ERR_INVALID_CHAR',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'ETIMEDOUT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

function factsOf(error: any): Failure {
  const name = KNOWN_NAMES.has(error?.name) ? error.name : 'UnknownError';
  const status = error?.$metadata?.httpStatusCode ?? error?.$response?.statusCode;
  const { requestId } = error?.$metadata ?? {};
  const facts = [
    typeof status === 'number' ? `HTTP status ${status}` : undefined,
    REQUEST_ID.test(requestId) ? `request id ${requestId}` : undefined,
    SYSTEM_ERRORS.has(error?.code) ? error.code : undefined,
  ].filter((fact) => fact !== undefined);
  return { name, message: facts.length > 0 ? facts.join(', ') : 'no answer that can be told' };
}
