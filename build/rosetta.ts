/*
 * `npm run rosetta`: compiles the TypeScript snippets of the README, of docs/ and of the API's descriptions, and writes their translations to
 * .jsii.tabl.json.gz, where jsii-pacmak finds them, and Construct Hub in the package: the fixtures are not in that.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

/** jsii knows no page but the README, so to jsii-rosetta the pages of docs/ are the READMEs of submodules. */
const WITH_DOCS = '.jsii.with-docs.json';

/** What a snippet imports would collide with what a fixture does: those that import have one that imports nothing of theirs. */
const readme = (file: string) => ({ markdown: readFileSync(file, 'utf8').replace(/^(\s*```ts)(?=\n\s*import )/gm, '$1 fixture=imports') });

const assembly = JSON.parse(readFileSync('.jsii', 'utf8'), (_, value) =>
  /^\s*import /.test(value?.example) ? { ...value, custom: { ...value.custom, exampleMetadata: 'fixture=imports' } } : value,
);
/** Its snippets are lines of the examples, as a test sees to: compiled with those, and not made to be translated. */
const COOKBOOK = 'cookbook.md';

// As it is now, whenever the library was built.
assembly.readme = readme('README.md');
for (const page of readdirSync('docs', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.md') && file !== COOKBOOK)) {
  assembly.submodules = { ...assembly.submodules, [`${assembly.name}.docs/${page}`]: { readme: readme(`docs/${page}`) } };
}

writeFileSync(WITH_DOCS, JSON.stringify(assembly));
try {
  process.exitCode =
    spawnSync('jsii-rosetta', ['extract', '--strict', '--verbose', '--batch', '1000', '--compress-tablet', WITH_DOCS], { stdio: 'inherit' }).status ?? 1;
} finally {
  rmSync(WITH_DOCS);
}
