import { Explained } from '../run/failure';

/** Far above any target, far below what memory holds. */
const MAX_LENGTH = 1_000_000;

export interface Line {
  readonly line: string;
  /** From 1. */
  readonly number: number;
}

/** The lines of a text in UTF-8, without their ends and without those that are empty. */
export async function* lines(bytes: AsyncIterable<Uint8Array>, what: string): AsyncGenerator<Line> {
  // Takes a byte order mark away.
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let number = 0;
  let rest = '';
  const decode = (chunk?: Uint8Array) => {
    try {
      return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
    } catch {
      throw new Explained(`${what} is not UTF-8 after line ${number}`);
    }
  };
  for await (const chunk of bytes) {
    const complete = (rest + decode(chunk)).split('\n');
    rest = complete.pop()!;
    for (const line of complete) {
      number += 1;
      if (line.trim() !== '') yield { line: withoutReturn(line), number };
    }
    if (rest.length > MAX_LENGTH) throw new Explained(`line ${number + 1} of ${what} has more than ${MAX_LENGTH} characters`);
  }
  rest += decode();
  if (rest.trim() !== '') yield { line: withoutReturn(rest), number: number + 1 };
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
