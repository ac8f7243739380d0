import type { Call } from '../service';

export interface Upload {
  readonly body: Buffer;
  /** What follows the chunks, by name in lower case. */
  readonly trailers: Readonly<Record<string, string>>;
}

/**
 * The body of an upload without its chunk headers:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
export function decodeAwsChunked({ headers, body }: Call): Upload {
  if (!String(headers['x-amz-content-sha256']).startsWith('STREAMING-')) return { body, trailers: {} };
  const chunks: Buffer[] = [];
  for (let position = 0; ;) {
    const lineEnd = body.indexOf('\r\n', position);
    const size = parseInt(body.toString('latin1', position, lineEnd).split(';')[0], 16);
    const start = lineEnd + 2;
    if (!size) return { body: Buffer.concat(chunks), trailers: trailersIn(body.toString('latin1', start)) };
    chunks.push(body.subarray(start, start + size));
    position = start + size + 2;
  }
}

function trailersIn(text: string): Record<string, string> {
  const lines = text
    .split('\r\n')
    .map((line) => /^([^:]+):(.*)$/.exec(line))
    .filter((line) => line !== null);
  return Object.fromEntries(lines.map(([, name, value]) => [name.toLowerCase(), value.trim()]));
}
