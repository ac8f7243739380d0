import { Explained } from '../../contract/explained-error';
import { isUtf8 } from 'node:buffer';

/** Of a line, or a record: far above any target, far below what memory holds. */
export const MAX_LINE_BYTES = 1_000_000;
const MARK = Buffer.from('\uFEFF');
const LINE_END = 0x0a;

/**
 * A text in UTF-8, some whole lines at a time, without its byte order mark. What is not UTF-8 is refused: a target that was read wrongly
 * would pass for gone.
 */
export async function* wholeLines(bytes: AsyncIterable<Uint8Array>, what: string): AsyncGenerator<Buffer> {
  let number = 1;
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of bytes) {
    const held = Buffer.concat([rest, chunk]);
    const end = held.lastIndexOf(LINE_END) + 1;
    rest = held.subarray(end);
    if (end > 0) {
      const piece = held.subarray(0, end);
      yield checked(piece, number, what);
      for (let at = piece.indexOf(LINE_END); at !== -1; at = piece.indexOf(LINE_END, at + 1)) number += 1;
    }
    if (rest.length > MAX_LINE_BYTES) throw new Explained(`line ${number} of ${what} has more than ${MAX_LINE_BYTES} bytes`);
  }
  if (rest.length > 0) yield checked(rest, number, what);
}

/** @param number of the first of the lines */
function checked(piece: Buffer, number: number, what: string): Buffer {
  if (!isUtf8(piece) || piece.includes(0)) refuse(piece, number, what);
  return number === 1 && piece.subarray(0, MARK.length).equals(MARK) ? piece.subarray(MARK.length) : piece;
}

function refuse(piece: Buffer, first: number, what: string): never {
  // No other character of UTF-8 has the byte of a line end in it.
  for (let number = first, start = 0; ; number += 1) {
    const end = piece.indexOf(LINE_END, start) + 1 || piece.length;
    const line = piece.subarray(start, end);
    if (!isUtf8(line)) throw new Explained(`line ${number} of ${what} is not UTF-8`);
    if (line.includes(0)) throw new Explained(`line ${number} of ${what} has a NUL in it, as UTF-16 has: write it in UTF-8`);
    start = end;
  }
}
