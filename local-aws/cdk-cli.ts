import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface CliResult {
  readonly exitCode: number | null;
  /** Both streams, in the order in which they were written. */
  readonly output: string;
}

const CDK = require.resolve('aws-cdk/bin/cdk');

/** A LocalAws, or an account with the environment that leads there. */
export interface CdkAccount {
  readonly account: string;
  readonly region: string;
  readonly env: Record<string, string>;
}

/** Runs the pinned, real cdk CLI. */
export class CdkCli {
  /** `onOutput` gets what the CLI writes, as it writes it. */
  static async create(aws: CdkAccount, onOutput: (text: string) => void = () => undefined): Promise<CdkCli> {
    return new CdkCli(aws, await mkdtemp(path.join(tmpdir(), 'cdk-cli-')), onOutput);
  }

  private running?: ChildProcess;

  private constructor(
    private readonly aws: CdkAccount,
    private readonly folder: string,
    private readonly onOutput: (text: string) => void,
  ) {}

  bootstrap(): Promise<CliResult> {
    return this.run(['bootstrap', `aws://${this.aws.account}/${this.aws.region}`]);
  }

  /** `app` is a TypeScript file, or undefined for what the cdk.json of the working directory runs; `env` is for it to read. */
  deploy(app?: string, args: string[] = [], env: Record<string, string> = {}): Promise<CliResult> {
    return this.run(['deploy', '--all', '--require-approval', 'never', '--progress', 'events', ...this.appArgs(app), ...args], env);
  }

  diff(app?: string, args: string[] = [], env: Record<string, string> = {}): Promise<CliResult> {
    return this.run(['diff', '--fail', ...this.appArgs(app), ...args], env);
  }

  destroy(app?: string, args: string[] = [], env: Record<string, string> = {}): Promise<CliResult> {
    return this.run(['destroy', '--all', '--force', '--concurrency', '8', ...this.appArgs(app), ...args], env);
  }

  run(args: string[], env: Record<string, string> = {}): Promise<CliResult> {
    const cdk = spawn(
      process.execPath,
      [
        CDK,
        '--no-notices',
        '--no-color',
        '--no-version-reporting',
        // Of its own as well, or a CLI that runs at the same time would be refused.
        '--output',
        path.join(this.folder, 'cdk.out'),
        ...args,
      ],
      {
        // Its own home, so that nobody's credentials, cache or telemetry settings take part.
        env: {
          PATH: process.env.PATH,
          HOME: this.folder,
          CDK_HOME: this.folder,
          CI: 'true',
          CDK_DISABLE_CLI_TELEMETRY: 'true',
          CDK_DISABLE_VERSION_CHECK: 'true',
          AWS_EC2_METADATA_DISABLED: 'true',
          AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
          ...this.aws.env,
          ...env,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let output = '';
    this.running = cdk;
    for (const stream of [cdk.stdout, cdk.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        this.onOutput(text);
      });
    }
    return new Promise((resolve, reject) => {
      cdk.once('error', reject);
      cdk.once('close', (exitCode) => resolve({ exitCode, output }));
    });
  }

  /** Ends a CLI that still runs, and removes its folder. */
  async remove(): Promise<void> {
    if (this.running && this.running.exitCode === null && this.running.signalCode === null) {
      const ended = once(this.running, 'close');
      this.running.kill();
      await ended;
    }
    await rm(this.folder, { recursive: true, force: true });
  }

  private appArgs(app?: string): string[] {
    return app === undefined ? [] : ['--app', `node --import tsx ${app}`];
  }
}
