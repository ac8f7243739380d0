import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestEnvironment } from 'jest-environment-node';

type Arguments = ConstructorParameters<typeof TestEnvironment>;

/** What a suite is run in: a temporary folder of its own, which goes with it. */
export default class SuiteEnvironment extends TestEnvironment {
  private readonly above = process.env.TMPDIR;
  private readonly folder = mkdtempSync(join(tmpdir(), 'suite-'));

  constructor(...args: Arguments) {
    super(...args);
    // Of the process, where node:os looks, and of the suite, for the processes that it starts.
    for (const env of [process.env, this.global.process.env]) env.TMPDIR = this.folder;
  }

  override async teardown(): Promise<void> {
    await super.teardown();
    if (this.above === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = this.above;
    rmSync(this.folder, { recursive: true, force: true });
  }
}
