import { readFileSync } from 'node:fs';

/** The rows of the table in a page whose header begins with these cells. */
export function table(page: string, ...header: string[]): string[][] {
  const [, ...tables] = readFileSync(page, 'utf8').split(/^(?=\|.*\n\|[-:| ]+\|$)/m);
  const all = tables.map((text) => Array.from(text.matchAll(/^\|(.*)\|$/gm), ([, row]) => row.split('|').map((cell) => cell.trim())));
  const found = all.find(([cells]) => header.every((cell, n) => cells[n] === cell));
  if (!found) throw new Error(`${page} has no table ${header.join(' | ')}`);
  return found.slice(2);
}
