import { readFileSync } from 'node:fs';
import { README, withTables } from '../readme';

/* That the README names what the services declare, and nothing else. */

test('README.md is as "npm run readme -w local-aws" would write it', async () => {
  const text = readFileSync(README, 'utf8');
  expect(text).toBe(await withTables(text));
});
