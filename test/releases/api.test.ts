import { cpSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { compareAssemblies } from 'jsii-diff';
import { TypeSystem, type Assembly } from 'jsii-reflect';

/* What a user's code may rely on, by jsii's own comparison of what the last release and this version offer. */

const [LAST] = readdirSync(__dirname)
  .filter((name) => /^\d/.test(name))
  .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));

function ofLastRelease(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'last-release-'));
  cpSync('package.json', path.join(folder, 'package.json'));
  // What aws-cdk-lib and constructs are in either is of the same version.
  symlinkSync(path.resolve('node_modules'), path.join(folder, 'node_modules'));
  writeFileSync(path.join(folder, '.jsii'), gunzipSync(readFileSync(path.join(__dirname, LAST, 'jsii.json.gz'))));
  return folder;
}

/** The features are those that jsii-diff compares; aws-cdk-lib uses them. */
const load = (folder: string): Promise<Assembly> => new TypeSystem().loadModule(folder, { validate: false, supportedFeatures: ['intersection-types'] });
const inWords = (text: string) => text.replace(/\s+/g, ' ');

test(`breaks nothing that ${LAST} had, but on purpose, for a reason that the changelog has too`, async () => {
  const onPurpose: Record<string, string[]> = JSON.parse(readFileSync(path.join(__dirname, 'broken-on-purpose.json'), 'utf8'));
  const { mismatches } = compareAssemblies(await load(ofLastRelease()), await load('.'));
  const announced = Object.values(onPurpose).flat();
  const broken = mismatches.map(({ violationKey }) => violationKey);
  expect(mismatches.filter(({ violationKey }) => !announced.includes(violationKey)).map(({ violationKey, message }) => ({ violationKey, message }))).toEqual(
    [],
  );
  expect(announced.filter((key) => !broken.includes(key))).toEqual([]);
  const [changes] = readFileSync('CHANGELOG.md', 'utf8').split(`\n## ${LAST}\n`);
  expect(Object.keys(onPurpose).filter((reason) => !inWords(changes).includes(inWords(reason)))).toEqual([]);
});
