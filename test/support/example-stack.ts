import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ASSETS, TestStack } from '../../local-aws/test/support/test-stack';
import type { LocalAws } from '../../local-aws/local-aws';

/** The stack of one of the examples. */
export class ExampleStack extends TestStack {
  constructor(
    aws: LocalAws,
    private readonly example: string,
    name: string,
  ) {
    super(aws, name);
  }

  private template?: string;

  protected override async synth(): Promise<any> {
    this.template ??= await this.run();
    const { Parameters, Rules, ...rest } = JSON.parse(this.template);
    return rest;
  }

  private async run(): Promise<string> {
    const outdir = mkdtempSync(join(tmpdir(), 'cdk-teardown-example-'));
    process.env.CDK_OUTDIR = outdir;
    try {
      jest.isolateModules(() => jest.requireActual(`../../examples/${this.example}`));
      await this.upload(outdir);
      // Nothing is bootstrapped here, so the assets are where the test has put them.
      return readFileSync(join(outdir, `${this.name}.template.json`), 'utf8').replace(
        /\{\s*"Fn::Sub": "cdk-hnb659fds-assets[^}]*\}-\$\{[^}]*\}"\s*\}/g,
        `"${ASSETS}"`,
      );
    } finally {
      delete process.env.CDK_OUTDIR;
      rmSync(outdir, { recursive: true });
    }
  }
}
