import { readdirSync, readFileSync } from 'node:fs';

/* What the compiler and jsii-rosetta let pass in the snippets that are shown in other languages too: of README, docs/ and the API's descriptions. */

const filesIn = (folder: string) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`);

const SNIPPET = { md: /^ *```ts.*\n([^]*?)^ *```/gm, ts: /^ *\* @example\n([^]*?)\*\/$/gm };
const snippetsIn = (files: readonly string[], kind: keyof typeof SNIPPET) =>
  files.flatMap((file) => Array.from(readFileSync(file, 'utf8').matchAll(SNIPPET[kind]), ([, text]) => ({ file, code: text.replace(/^ *\* ?/gm, '') })));

const snippets = [
  ...snippetsIn(['README.md', ...filesIn('docs').filter((file) => file.endsWith('.md'))], 'md'),
  ...snippetsIn(
    filesIn('lib').filter((file) => /(?<!\.d)\.ts$/.test(file)),
    'ts',
  ),
];

test('are in each of them', () => {
  for (const place of ['README', 'docs/', 'lib/']) expect(snippets.filter(({ file }) => file.startsWith(place))).not.toHaveLength(0);
});

test('no comment is at the end of a line, where translations lose it', () => {
  const lines = snippets.flatMap(({ file, code }) => code.split('\n').map((line) => `${file}: ${line.trim()}`));
  expect(lines.filter((line) => /: .*[^\s:].*(?<!:)\/\//.test(line))).toEqual([]);
});
