import Table from 'cli-table3';
import type { LiveThing } from './live-thing';

export interface Row {
  readonly thing: LiveThing;
  readonly before: string;
  readonly after: string;
  readonly expected: string;
}

const WITHOUT_LINES_BETWEEN = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' };

/** Each live thing before and after a step. Says whether all is as expected. */
export function show(rows: readonly Row[]): boolean {
  const table = new Table({ head: ['live thing', 'before', 'after, as it saw it', ''], style: { head: [], border: [] }, chars: WITHOUT_LINES_BETWEEN });
  for (const { thing, before, after, expected } of rows) {
    table.push([thing.name, before, after, after === expected ? '✓' : `✗ expected: ${expected}`]);
  }
  console.log(table.toString());
  return rows.every(({ after, expected }) => after === expected);
}
