import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

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
