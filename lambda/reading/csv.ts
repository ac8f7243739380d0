import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { Explained } from '../../contract/explained-error';
import { MAX_LINE_BYTES, wholeLines } from './utf8';
import type { Target } from '../targets/target';

/** Which one a text has the parser would take from its first line alone, and the others for a part of what stands before them. */
const LINE_ENDS = ['\r\n', '\n', '\r'];

/** The targets in one column of comma-separated values whose first line names the columns. */
export async function* csvTargets(bytes: AsyncIterable<Uint8Array>, column: string, what: string): AsyncGenerator<Target> {
  const source = Readable.from(wholeLines(bytes, what));
  const parser = parse({ record_delimiter: LINE_ENDS, skip_empty_lines: true, max_record_size: MAX_LINE_BYTES });
  source.on('error', (error) => parser.destroy(error));
  let place: number | undefined;
  try {
    for await (const record of source.pipe(parser) as AsyncIterable<string[]>) {
      if (place === undefined) place = placeOf(column, record, what);
      else yield { id: record[place] };
    }
  } catch (error) {
    // The parser's own words may repeat what it read.
    throw error instanceof CsvError ? new Explained(`line ${error.lines} of ${what} is not CSV: ${error.code}`) : error;
  } finally {
    source.destroy();
  }
  if (place === undefined) throw new Explained(`${what} has no line with column names`);
}

function placeOf(column: string, names: readonly string[], what: string): number {
  const place = names.indexOf(column);
  if (place === -1)
    throw new Explained(
      `${what} has no column ${JSON.stringify(column)}: its first line names ${names
        .map((name) => JSON.stringify(name))
        .join(', ')
        .slice(0, 300)}`,
    );
  if (names.includes(column, place + 1)) throw new Explained(`${what} has two columns ${JSON.stringify(column)}`);
  return place;
}
