import { setTimeout as sleep } from 'node:timers/promises';
import { CreateStackCommand, DeleteStackCommand, UpdateStackCommand, type CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { LocalAws } from '../../local-aws/local-aws';
import { clientOf } from '../../local-aws/test/support/test-stack';
import type { Live } from './live';
import type { Deploy } from './model';

/** A stack that holds the targets in one construct, or in a construct each. */
export class World {
  private readonly client: CloudFormationClient;
  private steps = 0;

  constructor(
    private readonly aws: LocalAws,
    private readonly serviceToken: string,
    readonly name: string,
    private readonly shape: 'one' | 'each',
    readonly live: Live,
  ) {
    this.client = clientOf(aws);
  }

  async deploy(step: Deploy): Promise<string> {
    const input = { StackName: this.name, TemplateBody: JSON.stringify(this.template(step)), Capabilities: ['CAPABILITY_NAMED_IAM' as const] };
    const exists = this.aws.cloudformation.stack(this.name) !== undefined;
    const { StackId } = exists ? await this.client.send(new UpdateStackCommand(input)) : await this.client.send(new CreateStackCommand(input));
    const status = await this.settled(StackId!);
    // A create that was rolled back leaves a stack that can only be deleted.
    if (status === 'ROLLBACK_COMPLETE') await this.destroy();
    return status;
  }

  async destroy(): Promise<string> {
    const stack = this.aws.cloudformation.stack(this.name);
    if (!stack) return 'DELETE_COMPLETE';
    await this.client.send(new DeleteStackCommand({ StackName: stack.id }));
    return this.settled(stack.id);
  }

  private async settled(id: string): Promise<string> {
    const stack = this.aws.cloudformation.stack(id)!;
    while (stack.inProgress) await sleep(5);
    return stack.status;
  }

  private template({ ids, runOn, trigger, fails }: Deploy): object {
    const lists = this.shape === 'one' ? [ids] : ids.map((id) => [id]);
    const constructs = Object.fromEntries(
      lists
        .filter((list) => list.length > 0)
        .map((list) => [
          this.shape === 'one' ? 'Kiosks' : `Kiosk${list[0]}`,
          {
            Type: this.live.resourceType,
            DependsOn: fails === 'before' ? ['Broken'] : [],
            Properties: {
              ServiceToken: this.serviceToken,
              ServiceTimeout: '60',
              Targets: { Source: 'ids', Ids: list.map((id) => this.live.idOf(id)) },
              Operation: this.live.operation,
              RunOn: runOn,
              OnFailure: 'FAIL',
              MaxTargets: fails === 'itself' ? 0 : 100,
              Preflight: true,
              RedeployTrigger: trigger,
            },
          },
        ]),
    );
    const broken = {
      Broken: {
        Type: 'AWS::IAM::ManagedPolicy',
        DependsOn: fails === 'after' ? Object.keys(constructs) : [],
        Properties: { PolicyDocument: { Statement: [] } },
      },
    };
    // So that there always is something to update.
    this.steps += 1;
    return { Resources: { [`Step${this.steps}`]: { Type: 'AWS::CloudFormation::WaitConditionHandle' }, ...constructs, ...(fails === 'no' ? {} : broken) } };
  }
}
