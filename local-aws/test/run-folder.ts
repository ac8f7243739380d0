import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Gives all suites of a run one temporary folder, in which each makes its own. */
export default function makeRunFolder(): void {
  process.env.TMPDIR = mkdtempSync(join(tmpdir(), 'test-run-'));
}
