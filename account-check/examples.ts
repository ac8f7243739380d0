import { readdirSync } from 'node:fs';
import path from 'node:path';
import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import type { CliResult } from '../local-aws/cdk-cli';
import { until } from './clock';
import { described } from './described';
import type { Room } from './room';
import { BY_HAND, SCENES } from './scenes';
import type { Live } from './scenes/scene';
import { expectNotThere, NotRun } from './scenes/not-there';
import type { ExampleResult } from './example-result';

const FOLDER = path.join(__dirname, '..', 'examples');
/** For a client to see that its connection is closed. */
const TO_BE_SEEN = { everyMs: 1_000, mostMs: 60_000 };

/** What deploys and destroys an app, given as its file. */
export interface Cdk {
  /** The names of its stacks. */
  list(app: string, context: string[]): Promise<string[]>;
  deploy(app: string, context: string[]): Promise<CliResult>;
  destroy(app: string, context: string[]): Promise<CliResult>;
}

export function exampleNames(): string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => path.basename(file, '.ts'));
}

/** Deploys an example among live targets, destroys it, and looks what is live still. */
export async function runExample(room: Room, cdk: Cdk, name: string): Promise<ExampleResult> {
  try {
    const scene = SCENES[name];
    // Without one its targets may be somebody's.
    if (!scene) throw new NotRun(BY_HAND[name] ?? 'account-check/scenes.ts does not know its targets');
    return { name, ...(await new Run(room, cdk, path.join('examples', `${name}.ts`)).among(await scene(room))) };
  } catch (error: any) {
    return { name, result: error instanceof NotRun ? 'not run' : 'failed', seen: error instanceof NotRun ? error.message : described(error) };
  }
}

class Run {
  private context: string[] = [];

  constructor(
    private readonly room: Room,
    private readonly cdk: Cdk,
    private readonly app: string,
  ) {}

  async among(live: Live): Promise<Pick<ExampleResult, 'result' | 'seen'>> {
    const failed = (seen: string) => ({ result: 'failed' as const, seen });
    this.context = Object.entries(live.context ?? {}).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const stacks = await this.cdk.list(this.app, this.context);
    for (const stack of stacks) await expectNotThere(`a stack ${stack}`, this.exists(stack));
    let isThere = true;
    this.room.undo.add(`stacks of ${this.app}`, async () => isThere && expectSuccess('destroy', await this.destroy()));

    const deployed = await this.cdk.deploy(this.app, this.context);
    if (deployed.exitCode !== 0) return failed(reasonIn('cdk deploy', deployed));
    await live.afterDeploy?.();
    const before = await live.targets();
    if (before.length === 0) return failed('nothing was live any more after the deploy');

    const destroyed = await this.destroy();
    if (destroyed.exitCode !== 0) return failed(reasonIn('cdk destroy', destroyed));
    for (const stack of stacks) if (await this.exists(stack)) return failed(`after cdk destroy, the stack ${stack} is there`);
    isThere = false;
    let after = before;
    await until(this.room.clock, async () => (after = await live.targets()).length === 0, TO_BE_SEEN);
    if (after.length > 0) return failed(`after cdk destroy, there are still live: ${after.join(', ')}`);
    if (!(await (live.othersAreLive?.() ?? true))) return failed('what was no target was ended too');
    return { result: 'passed', seen: `${before.join(', ')}: live after cdk deploy, ended by cdk destroy${live.othersAreLive ? '; others live still' : ''}` };
  }

  private destroy(): Promise<CliResult> {
    return this.cdk.destroy(this.app, this.context);
  }

  private async exists(StackName: string): Promise<boolean> {
    return this.room.clients.cloudformation.send(new DescribeStacksCommand({ StackName })).then(
      () => true,
      (error) => {
        if (/does not exist/.test(error.message)) return false;
        throw error;
      },
    );
  }
}

function expectSuccess(what: string, result: CliResult): void {
  if (result.exitCode !== 0) throw new Error(reasonIn(`cdk ${what}`, result));
}

/** Of what the CLI wrote, what tells why. */
function reasonIn(what: string, { exitCode, output }: CliResult): string {
  const lines = output.split('\n').filter((line) => /FAILED|❌|rror/.test(line));
  return `${what} ended with ${exitCode}: ${(lines.length > 0 ? lines : output.split('\n')).slice(-4).join(' ').trim().slice(0, 1500)}`;
}
