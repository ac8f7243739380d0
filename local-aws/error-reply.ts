import { toXml } from './query-protocol';
import { AwsError, type Protocol, type Reply } from './service';

/** An error as a service of this protocol writes it. */
export function errorReply(error: unknown, protocol: Protocol, requestId: string): Reply {
  const { code, message, status } = error instanceof AwsError ? error : internal(error);
  switch (protocol) {
    case 'query':
      return xml(status, toXml('ErrorResponse', { Error: { Type: status < 500 ? 'Sender' : 'Receiver', Code: code, Message: message }, RequestId: requestId }));
    case 'rest-xml':
      return xml(status, toXml('Error', { Code: code, Message: message, RequestId: requestId }));
    case 'json':
      return {
        status,
        headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': code },
        body: JSON.stringify({ __type: code, message, Message: message }),
      };
    case 'rest-json':
      return { status, headers: { 'content-type': 'application/json', 'x-amzn-errortype': code }, body: JSON.stringify({ message, Message: message }) };
  }
}

/** A fault of the stand-in: where it is belongs to whoever runs it, not into an answer. */
function internal(error: unknown): AwsError {
  console.error('local-aws failed:', error);
  return new AwsError('InternalFailure', `local-aws failed: ${error instanceof Error ? error.message : String(error)}`, 500);
}

function xml(status: number, body: string): Reply {
  return { status, headers: { 'content-type': 'text/xml' }, body: `<?xml version="1.0" encoding="UTF-8"?>${body}` };
}
