import { DescribeStackEventsCommand } from '@aws-sdk/client-cloudformation';
import { CdkCli } from '../../local-aws/cdk-cli';
import { LocalAws, type LocalAwsOptions } from '../../local-aws/local-aws';
import { Fleet } from '../../local-aws/test/support/mqtt-device';
import { clientOf } from '../../local-aws/test/support/test-stack';

/** An example as its readers run it: by the real CLI, on a stand-in that is bootstrapped. */
export class Recipe {
  static async start(example: string, stackName: string, options?: LocalAwsOptions): Promise<Recipe> {
    const aws = await LocalAws.start(options);
    const recipe = new Recipe(`examples/${example}.ts`, stackName, aws, await CdkCli.create(aws));
    await succeed(recipe.cli.bootstrap());
    return recipe;
  }

  readonly fleet: Fleet;

  private constructor(
    private readonly app: string,
    private readonly stackName: string,
    readonly aws: LocalAws,
    private readonly cli: CdkCli,
  ) {
    this.fleet = new Fleet(aws);
  }

  deploy(context: Record<string, string> = {}): Promise<string> {
    return succeed(this.cli.deploy(this.app, args(context)));
  }

  /** What became of the resources, in order: their types with `DELETE_IN_PROGRESS` or `DELETE_COMPLETE`. */
  async destroy(context: Record<string, string> = {}): Promise<string[]> {
    const { id } = this.aws.cloudformation.stack(this.stackName)!;
    await succeed(this.cli.destroy(this.app, args(context)));
    const client = clientOf(this.aws);
    const { StackEvents } = await client.send(new DescribeStackEventsCommand({ StackName: id }));
    client.destroy();
    return StackEvents!
      .map(({ ResourceType, ResourceStatus }) => `${ResourceType} ${ResourceStatus}`)
      .filter((event) => event.includes(' DELETE_'))
      .reverse();
  }

  /** The client ids of all DeleteConnections, in order of the alphabet. */
  get disconnected(): string[] {
    return this.aws.calls
      .filter(({ method, path }) => method === 'DELETE' && path.startsWith('/connections/'))
      .map(({ path }) => path.split('/')[2])
      .sort();
  }

  async stop(): Promise<void> {
    await this.fleet.leave();
    await this.aws.stop();
    await this.cli.remove();
  }
}

function args(context: Record<string, string>): string[] {
  return Object.entries(context).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

async function succeed(run: ReturnType<CdkCli['run']>): Promise<string> {
  const { exitCode, output } = await run;
  expect({ exitCode, output }).toEqual({ exitCode: 0, output: expect.any(String) });
  return output;
}
