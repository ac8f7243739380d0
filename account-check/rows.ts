import { readFileSync } from 'node:fs';
import path from 'node:path';

const PAGE = path.join(__dirname, '..', 'docs', 'unconfirmed.md');

/** Of docs/unconfirmed.md. */
export interface Row {
  readonly id: string;
  /** What is taken to be so, without links. */
  readonly taken: string;
}

export function rows(page = readFileSync(PAGE, 'utf8')): Row[] {
  return page
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| taken to be so '))
    .map((line) => {
      const [, id, taken] = /^\| <a id="([a-z-]+)"><\/a>(.+?) \| /.exec(line) ?? [];
      if (!id) throw new Error(`a row of docs/unconfirmed.md has no id: ${line.slice(0, 80)}…`);
      return { id, taken: taken.replace(/\[([^\]]+)\](\[[^\]]*\]|\([^)]*\))/g, '$1') };
    });
}
