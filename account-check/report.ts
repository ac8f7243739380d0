import { masked, type Results } from './check';
import type { Verdict } from './finding';
import type { Account } from './room';
import { rows } from './rows';

export interface Head {
  readonly version: string;
  readonly at: Date;
  readonly account: Account;
  readonly prefix: string;
}

const VERDICTS: readonly Verdict[] = ['as taken', 'otherwise', 'could not be looked at'];

/** In Markdown. */
export function report({ version, at, account, prefix }: Head, { findings, examples, left, calls }: Results): string {
  const count = (verdict: Verdict) => `${findings.filter(({ finding }) => finding.verdict === verdict).length} ${verdict}`;
  const taken = new Map(rows().map((row) => [row.id, row.taken]));
  return [
    '# Account check',
    '',
    `cdk-teardown ${version}, ${at.toISOString()}, ${account.region}, account ${masked(account.id)}. ${calls} calls of the check’s own; what it made was named ${prefix}….`,
    '',
    '## What was taken to be so',
    '',
    `Rows of [docs/unconfirmed.md](docs/unconfirmed.md): ${VERDICTS.map(count).join(', ')}.`,
    '',
    ...table(
      ['row', 'taken to be so', 'asked', 'seen', 'verdict'],
      findings.map(({ probe, finding }) => [probe.row, taken.get(probe.row) ?? '', probe.asks, finding.seen, `**${finding.verdict}**`]),
    ),
    '',
    '## Examples',
    '',
    ...(examples.length > 0
      ? table(
          ['example', 'result', 'seen'],
          examples.map(({ name, result, seen }) => [name, `**${result}**`, seen]),
        )
      : ['None was run.']),
    '',
    '## Left behind',
    '',
    ...(left.length > 0 ? left.map((one) => `- ${one}`) : ['Nothing: all that was made is deleted.']),
    '',
  ].join('\n');
}

function table(head: readonly string[], lines: ReadonlyArray<readonly string[]>): string[] {
  const row = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replace(/\s+/g, ' ').replaceAll('|', '\\|')).join(' | ')} |`;
  return [row(head), `|${'---|'.repeat(head.length)}`, ...lines.map(row)];
}
