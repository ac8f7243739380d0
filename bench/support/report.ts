import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Table from 'cli-table3';

export const RESULTS = join(__dirname, '..', 'results');

const MARKDOWN = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '|',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '|',
  'right-mid': '',
  middle: '|',
};

/** What a benchmark comes to. */
export interface Report {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: ReadonlyArray<ReadonlyArray<string | number>>;
  /** What the figures cannot say by themselves. */
  readonly notes?: readonly string[];
  /** Goals that were missed, a sentence each. */
  readonly missed: readonly string[];
}

/** As a Markdown table, ready for docs/benchmarks.md, and as JSON. */
export function publish(name: string, report: Report): void {
  const { title, columns, rows, notes = [], missed } = report;
  const table = new Table({ chars: MARKDOWN, style: { head: [], border: [] } });
  table.push(
    columns.map(String),
    columns.map(() => '---'),
    ...rows.map((row) => row.map(String)),
  );
  console.log(`\n${title}\n\n${table.toString()}\n${[...notes, ...missed.map((goal) => `MISSED: ${goal}`)].map((line) => `\n${line}`).join('')}`);
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(join(RESULTS, `${name}.json`), `${JSON.stringify({ node: process.version, ...report }, null, 2)}\n`);
}

export function median(figures: readonly number[]): number {
  return [...figures].sort((a, b) => a - b)[Math.floor(figures.length / 2)];
}
