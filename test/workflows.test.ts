import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const FOLDER = '.github/workflows';

describe.each(readdirSync(FOLDER))('%s', (name) => {
  const workflow = readFileSync(join(FOLDER, name), 'utf8');

  test('uses each action by its full commit hash, with the version in a comment', () => {
    const used = workflow.match(/\buses:.*/g)!;
    expect(used.filter((use) => !/^uses: [\w-]+\/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(use))).toEqual([]);
  });

  test('has no permission that a job did not ask for, but to read', () => {
    expect(workflow).toMatch(/^permissions:( \{\}|\n {2}contents: read)\n\n/m);
    expect(workflow).not.toMatch(/write-all|read-all|pull_request_target/);
  });
});

test('all is built on each Node.js that VERSIONS.md has for apps, and on what comes', () => {
  const [, versions] = /^\| Node\.js of CDK apps[^|]*\| ([\d, ]+) \|/m.exec(readFileSync('VERSIONS.md', 'utf8'))!;
  const [, matrix] = /^ +node: \[(.*)\]$/m.exec(readFileSync(join(FOLDER, 'build.yml'), 'utf8'))!;
  expect(matrix.replaceAll("'", '')).toBe(`${versions}, latest`);
});

describe('a tag', () => {
  const RELEASABLE = { 'package.json': '{"version":"1.2.0"}', 'CHANGELOG.md': '# Changelog\n\n## 1.2.0\n', 'test/releases/1.2.0/jsii.json.gz': '' };
  let checkout: string;
  beforeEach(() => (checkout = mkdtempSync(join(tmpdir(), 'checkout-'))));
  afterEach(() => rmSync(checkout, { recursive: true }));

  function check(tag: string, files: Record<string, string>): string {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(join(checkout, dirname(name)), { recursive: true });
      writeFileSync(join(checkout, name), content);
    }
    const { status, stderr } = spawnSync(resolve('.github/release/check-tag'), [tag], { cwd: checkout, encoding: 'utf8' });
    return status === 0 ? 'released' : stderr;
  }

  test('of a version that the changelog tells of and that is recorded is released', () => {
    expect(check('v1.2.0', RELEASABLE)).toBe('released');
  });

  test.each([
    ['of another version', 'v1.2.1', RELEASABLE, 'package.json says 1.2.0'],
    ['whose changes are still unreleased', 'v1.2.0', { ...RELEASABLE, 'CHANGELOG.md': '## Unreleased\n\n## 1.1.0\n' }, 'CHANGELOG.md has no heading ## 1.2.0'],
    [
      'of a version that nobody recorded',
      'v1.2.0',
      { 'package.json': RELEASABLE['package.json'], 'CHANGELOG.md': '## 1.2.0\n' },
      'test/releases/1.2.0 is missing',
    ],
  ])('%s is not', (_, tag, files, reason) => {
    expect(check(tag, files)).toContain(`${tag} is not released: ${reason}`);
  });
});

test("a release's notes are its section of the changelog, with links to its files", () => {
  const notes = (tag: string) => execFileSync('.github/release/notes', [tag], { encoding: 'utf8' });
  expect(notes('v1.0.0')).toMatch(/^\n\*\*What may need a change of yours\*\*\n/);
  expect(notes('v1.0.0')).toContain('](https://github.com/cdk-teardown/cdk-teardown/blob/v1.0.0/docs/security.md)');
  expect(notes('v1.0.0')).not.toMatch(/^## |\]\((?!https:)/m);
  expect(readFileSync('CHANGELOG.md', 'utf8')).toContain(notes('v0.5.0').trim());
  expect(notes('v0.5.0').length).toBeGreaterThan(100);
});
