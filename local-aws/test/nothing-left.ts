import { readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';

/** Fails a run that leaves something in its temporary folder, which goes. */
export default function expectNothingLeft(): void {
  const folder = tmpdir();
  const left = readdirSync(folder);
  rmSync(folder, { recursive: true });
  // Where the run's was made, for a next one of the same process: `jest --watch`.
  process.env.TMPDIR = dirname(folder);
  if (left.length > 0) throw new Error(`the tests left files in the temporary folder: ${left.slice(0, 10).join(', ')}`);
}
