import type { CdkCli } from '../local-aws/cdk-cli';
import type { Cdk } from './examples';

/** The real CLI. */
export function cdkOf(cli: CdkCli): Cdk {
  return {
    async list(app, context) {
      const { exitCode, output } = await cli.run(['list', '--app', `node --import tsx ${app}`, ...context]);
      if (exitCode !== 0) throw new Error(`cdk list ended with ${exitCode}: ${output}`);
      return output
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => /^[\w-]+$/.test(line));
    },
    deploy: (app, context) => cli.deploy(app, context),
    destroy: (app, context) => cli.destroy(app, context),
  };
}
