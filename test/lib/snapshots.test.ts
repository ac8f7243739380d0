import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { EXAMPLES, SNAPSHOTS } from '../../build/example-templates';
import { IS_CDK_PINNED, synthExample } from '../support/example-app';

/* What the examples deploy is what somebody has reviewed. After a change that is meant: `npm run snapshots`, and look at what differs. */

const snapshotOf = (example: string) => {
  const file = `${SNAPSHOTS}/${example}.json`;
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : `${file} is missing: npm run snapshots makes it`;
};

(IS_CDK_PINNED ? test : test.skip).each(EXAMPLES)('%s is as in its snapshot, which npm run snapshots renews', (example) => {
  expect(synthExample(example).templates).toEqual(snapshotOf(example));
});

test('each snapshot is of an example', () => {
  expect(readdirSync(SNAPSHOTS).filter((file) => !EXAMPLES.includes(file.replace(/\.json$/, '')))).toEqual([]);
});
