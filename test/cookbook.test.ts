import { readFileSync } from 'node:fs';

/* That docs/cookbook.md shows what the examples say. */

const namesOf = (code: string) =>
  [...code.matchAll(/^import \{ (.*) \} from '(.*)';$/gm)].flatMap(([, names, from]) => names.split(', ').map((name) => `${name} of ${from}`));

const recipes = readFileSync('docs/cookbook.md', 'utf8')
  .split(/^## /m)
  .slice(1)
  .map((recipe) => ({
    title: recipe.split('\n', 1)[0],
    snippets: [...recipe.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code),
    file: /\[The whole example\]\(\S*\/blob\/main\/(\S*)\)/.exec(recipe)?.[1] ?? '',
  }));

test.each(recipes)('$title', ({ snippets: [snippet, ...others], file }) => {
  expect(others).toEqual([]);
  const example = readFileSync(file, 'utf8').replace("'../lib'", "'cdk-teardown'");
  expect(namesOf(example)).toEqual(expect.arrayContaining(namesOf(snippet)));
  const body = snippet.replace(/^import .*\n/gm, '').trim();
  expect(example).toContain(body.replace(/\bthis\b/g, 'stack'));
});
