import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { Explained } from '../run/failure';
import type { Target } from '../run/target';

/** Far above any record, far below what memory holds. */
const MAX_RECORD = 1_000_000;

/** The targets in one column of comma-separated values whose first line names the columns. */
export async function* csvTargets(bytes: AsyncIterable<Uint8Array>, column: string, what: string): AsyncGenerator<Target> {
  const source = Readable.from(bytes);
  const parser = parse({ bom: true, skip_empty_lines: true, max_record_size: MAX_RECORD });
  source.on('error', (error) => parser.destroy(error));
  let place: number | undefined;
  try {
    for await (const record of source.pipe(parser) as AsyncIterable<string[]>) {
      if (place !== undefined) {
        yield { id: record[place] };
        continue;
      }
      place = record.indexOf(column);
      if (place === -1) throw new Explained(`${what} has no column ${JSON.stringify(column)}: its first line names ${record.map((name) => JSON.stringify(name)).join(', ').slice(0, 300)}`);
    }
  } catch (error) {
    // The parser's own words may repeat what it read.
    throw error instanceof CsvError ? new Explained(`line ${error.lines} of ${what} is not CSV: ${error.code}`) : error;
  } finally {
    source.destroy();
  }
}
