import { Explained } from '../../contract/explained-error';
import { wholeLines } from './utf8';

export interface Line {
  readonly line: string;
  /** From 1. */
  readonly number: number;
}

/** The lines of a text in UTF-8, without white space at their ends and without those that are empty. */
export async function* lines(bytes: AsyncIterable<Uint8Array>, what: string): AsyncGenerator<Line> {
  let number = 0;
  let isEmpty = true;
  for await (const piece of wholeLines(bytes, what)) {
    for (const line of withoutEnd(piece.toString()).split('\n')) {
      number += 1;
      const trimmed = line.trim();
      if (trimmed === '') continue;
      if (trimmed.includes('\r')) throw new Explained(`line ${number} of ${what} has a carriage return in it: end lines with \\n or \\r\\n`);
      isEmpty = false;
      yield { line: trimmed, number };
    }
  }
  if (isEmpty) throw new Explained(`${what} has no line with anything in it`);
}

function withoutEnd(lines: string): string {
  return lines.endsWith('\n') ? lines.slice(0, -1) : lines;
}
