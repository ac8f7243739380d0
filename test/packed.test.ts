import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { SERVICES } from '../build/services';

/* What `npm pack` makes of a clone in which nothing has been built. */

const tracked = execFileSync('git', ['ls-files', '-z'], { encoding: 'utf8' })
  .split('\0')
  .filter((file) => file && existsSync(file));

let clone: string;
let packed: string[];
let tarball: string;
beforeAll(() => {
  clone = mkdtempSync(join(tmpdir(), 'cdk-teardown-clone-'));
  for (const file of tracked) cpSync(file, join(clone, file));
  symlinkSync(resolve('node_modules'), join(clone, 'node_modules'));
  const output = execFileSync('npm', ['pack', '--json', '--foreground-scripts=false'], { cwd: clone, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  const [{ files, filename }] = Object.values<any>(JSON.parse(output));
  tarball = join(clone, filename);
  packed = files.map(({ path }: { path: string }) => path);
}, 600_000);
afterAll(() => rmSync(clone, { recursive: true }));

const without = (pattern: RegExp) => packed.filter((file) => !pattern.test(file)).sort();

test('holds what jsii makes of lib, and of what that shares with the handlers', () => {
  const sources = tracked.filter((file) => /^(lib|contract)\/.*\.ts$/.test(file)).map((file) => file.slice(0, -'.ts'.length));
  expect(packed.filter((file) => /^(lib|contract)\//.test(file)).sort()).toEqual(sources.flatMap((file) => [`${file}.d.ts`, `${file}.js`]).sort());
});

test('holds the bundles that the handlers are made of, with the licenses of others', () => {
  const all = readdirSync(join(clone, 'bundles'), { recursive: true, encoding: 'utf8' }).map((file) => join('bundles', file));
  const bundles = all.filter((file) => statSync(join(clone, file)).isFile());
  expect(packed.filter((file) => file.startsWith('bundles/')).sort()).toEqual(bundles.sort());
  for (const service of SERVICES) expect(packed).toContain(`bundles/${service}/index.mjs`);
  expect(packed).toContain('bundles/THIRD-PARTY-LICENSES');
});

test('holds what is to be read, .jsii, its snippets in all languages, and nothing else', () => {
  const docs = tracked.filter((file) => file.startsWith('docs/'));
  expect(without(/^(lib|contract|bundles)\//)).toEqual(
    ['.jsii', '.jsii.tabl.json.gz', 'API.md', 'CHANGELOG.md', 'LICENSE', 'README.md', 'SECURITY.md', 'VERSIONS.md', 'package.json', ...docs].sort(),
  );
});

test('links to nothing that it does not hold', () => {
  const links = packed
    .filter((file) => file.endsWith('.md'))
    .flatMap((file) =>
      [...readFileSync(join(clone, file), 'utf8').matchAll(/\]\((?![a-z]+:|#)([^)#]+)/g)].map(([, link]) => ({ file, to: join(file, '..', link) })),
    );
  expect(links.length).toBeGreaterThan(0);
  expect(links.filter(({ to }) => !packed.includes(to))).toEqual([]);
});

test('has each snippet in all languages, as it was compiled, for Construct Hub', () => {
  const unpacked = mkdtempSync(join(clone, 'unpacked-'));
  execFileSync('tar', ['--extract', '--file', tarball, '--strip-components', '1', '--directory', unpacked]);
  const languages = ['python', 'java', 'csharp', 'go'];
  const command = ['transliterate', unpacked, '--loose', ...languages.flatMap((language) => ['--language', language])];
  execFileSync('node_modules/.bin/jsii-rosetta', command, { stdio: ['ignore', 'pipe', 'inherit'] });
  const inAll = languages.map((language) => readFileSync(join(unpacked, `.jsii.${language}`), 'utf8'));
  // What is not in the tablet stays as it is, or is translated uncompiled, with a comment that says so.
  expect(inAll.flatMap((text) => text.match(/```ts|non-compiling source/g) ?? [])).toEqual([]);
}, 300_000);
