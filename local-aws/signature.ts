import type { IncomingHttpHeaders } from 'node:http';
import { AwsError, type Protocol } from './service';

const SIGNATURE = /^AWS4-HMAC-SHA256 .*\bCredential=([^/]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request\b/;

/** Who signed a request, and what for. */
export interface Scope {
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
}

/** The credential scope of a SigV4 signature; the signature itself is not looked at. */
export function scopeOf(headers: IncomingHttpHeaders): Scope | undefined {
  if (headers.authorization === undefined) return undefined;
  const [, accessKeyId, region, service] = SIGNATURE.exec(headers.authorization) ?? [];
  if (!service) throw unauthenticated('IncompleteSignature', 'The request signature does not conform to AWS standards.', headers);
  return { accessKeyId, region, service };
}

/** Errors of who signs, before any service has a say: https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html */
export function unauthenticated(code: string, message: string, headers: IncomingHttpHeaders): AwsError {
  return new AwsError(protocolOf(headers) === 'query' ? code : `${code}Exception`, message, 403);
}

/** Of a request whose service is not known: each protocol's requests have a mark of their own. */
export function protocolOf(headers: IncomingHttpHeaders): Protocol {
  if (headers['content-type']?.startsWith('application/x-www-form-urlencoded')) return 'query';
  return headers['x-amz-target'] ? 'json' : 'rest-json';
}

/** An endpoint is of one region, and takes no signature for another. */
export function assertRegion(scope: Scope, region: string, protocol: Protocol): void {
  if (scope.region === region) return;
  const message = `Credential should be scoped to a valid region, not '${scope.region}'.`;
  switch (protocol) {
    // https://github.com/cognitect-labs/aws-api/issues/27
    case 'query':
      throw new AwsError('SignatureDoesNotMatch', message, 403);
    // https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
    case 'rest-xml':
      throw new AwsError('AuthorizationHeaderMalformed', `The authorization header is malformed; the region '${scope.region}' is wrong; expecting '${region}'`);
    // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
    case 'json':
      throw new AwsError('InvalidSignatureException', message);
    // https://github.com/aws/aws-sdk-js/issues/4545
    case 'rest-json':
      throw new AwsError('InvalidSignatureException', message, 403);
  }
}
