import type { LocalAws } from '../local-aws';

/** A call with a SigV4 scope; the stand-in reads who signs and for what service, and does not check the signature. */
export function signedFetch(
  aws: Pick<LocalAws, 'url' | 'region'>,
  service: string,
  method: string,
  path: string,
  body?: string | Buffer,
  headers: Record<string, string> = {},
  accessKeyId = 'AKIAOPERATOR',
): Promise<Response> {
  const scope = `${accessKeyId}/20260101/${aws.region}/${service}/aws4_request`;
  return fetch(aws.url + path, {
    method,
    body,
    headers: { authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=local`, ...headers },
  });
}

/** A call in the JSON 1.1 protocol. */
export async function jsonCall(aws: LocalAws, service: string, target: string, input: object, accessKeyId?: string): Promise<any> {
  const response = await signedFetch(
    aws,
    service,
    'POST',
    '/',
    JSON.stringify(input),
    { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.1' },
    accessKeyId,
  );
  const output = (await response.json()) as any;
  if (!response.ok) throw Object.assign(new Error(output.message), { name: output.__type, status: response.status });
  return output;
}
