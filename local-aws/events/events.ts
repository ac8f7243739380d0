import { randomUUID } from 'node:crypto';
import { TAGS, type ResourceTypes } from '../cloudformation/resource-type';
import type { Iam } from '../iam/iam';
import { AccessDenied, AwsError, NotImplemented } from '../service';
import { document, list, map, oneOf, only, required, structure, text } from '../shapes';
import type { Execution, StepFunctions } from '../step-functions/step-functions';

interface Rule {
  readonly EventPattern: Pattern;
  readonly Targets?: readonly Target[];
}

interface Target {
  readonly Id: string;
  readonly Arn: string;
  readonly RoleArn: string;
  readonly InputTransformer?: { readonly InputPathsMap?: Record<string, string>; readonly InputTemplate: string };
}

type Pattern = { readonly [name: string]: Pattern | ReadonlyArray<string | { readonly prefix: string }> };

/** The default event bus, as far as rules go that start executions when others have ended. */
export class Events {
  private readonly rules = new Map<string, Rule>();

  constructor(
    private readonly iam: Iam,
    private readonly stepFunctions: StepFunctions,
  ) {
    stepFunctions.onEnd = (execution) => this.publish(statusChange(execution, stepFunctions.options));
  }

  readonly resourceTypes: ResourceTypes = {
    'AWS::Events::Rule': {
      // https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html and API_PutTargets.html
      properties: {
        Name: text({ min: 1, max: 64, pattern: /[.\-_A-Za-z0-9]+/ }),
        Description: text({ max: 512 }),
        EventPattern: required(document()),
        State: only(oneOf('ENABLED', 'DISABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS'), 'ENABLED'),
        Targets: list(
          structure({
            Id: required(text({ min: 1, max: 64, pattern: /[.\-_A-Za-z0-9]+/ })),
            Arn: required(text({ min: 1, max: 1600 })),
            RoleArn: required(text({ min: 1, max: 1600 })),
            InputTransformer: structure({ InputPathsMap: map(text(), text()), InputTemplate: required(text({ min: 1, max: 8192 })) }),
          }),
        ),
        Tags: TAGS,
      },
      replacedBy: ['Name'],
      create: (properties, { generatedName, region, account }) => {
        const name = properties.Name ?? generatedName(64);
        this.put(name, properties as Rule);
        return { physicalId: name, attributes: { Arn: `arn:aws:events:${region}:${account}:rule/${name}` } };
      },
      update: (name, properties, _, { region, account }) => {
        this.put(name, properties as Rule);
        return { physicalId: name, attributes: { Arn: `arn:aws:events:${region}:${account}:rule/${name}` } };
      },
      delete: (name) => void this.rules.delete(name),
    },
  };

  private put(name: string, rule: Rule): void {
    see(rule.EventPattern);
    for (const { Arn } of rule.Targets ?? []) if (!Arn.includes(':stateMachine:')) throw new NotImplemented(`events PutTargets with the Arn ${Arn}`);
    this.rules.set(name, rule);
  }

  private publish(event: object): void {
    for (const { EventPattern, Targets = [] } of this.rules.values()) {
      if (matches(EventPattern, event)) for (const target of Targets) setImmediate(() => this.deliver(target, event));
    }
  }

  private deliver({ Arn, RoleArn, InputTransformer }: Target, event: object): void {
    try {
      if (!this.iam.isTrusted(RoleArn, 'events.amazonaws.com')) throw new AccessDenied(`events.amazonaws.com may not assume ${RoleArn}`);
      this.iam.check({ kind: 'function', roleArn: RoleArn, session: 'events' }, 'states:StartExecution', Arn);
      this.stepFunctions.start(Arn, randomUUID(), InputTransformer ? transformed(InputTransformer, event) : JSON.stringify(event));
    } catch (error) {
      // EventBridge tells nobody; who looks at the stand-in may want to know.
      if (!(error instanceof AwsError)) throw error;
      process.emitWarning(`an event was not delivered: ${error.message}`);
    }
  }
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html */
function statusChange(
  { arn, machine, name, status, startDate, stopDate, input, output, error, cause }: Execution,
  { region, account }: { region: string; account: string },
): object {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Step Functions Execution Status Change',
    source: 'aws.states',
    account,
    time: new Date().toISOString(),
    region,
    resources: [arn],
    detail: {
      executionArn: arn,
      stateMachineArn: machine.arn,
      name,
      status,
      startDate: startDate * 1000,
      stopDate: stopDate! * 1000,
      input,
      output,
      error,
      cause,
    },
  };
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html */
function see(pattern: Pattern): void {
  for (const [name, value] of Object.entries(pattern)) {
    if (!Array.isArray(value)) {
      see(value as Pattern);
      continue;
    }
    const other = value.find((one) => typeof one !== 'string' && Object.keys(one).join() !== 'prefix');
    if (other) throw new NotImplemented(`events PutRule with the pattern ${JSON.stringify(other)} of ${name}`);
  }
}

function matches(pattern: Pattern, event: any): boolean {
  return Object.entries(pattern).every(([name, value]) =>
    Array.isArray(value)
      ? value.some((one) => (typeof one === 'string' ? one === event?.[name] : String(event?.[name]).startsWith(one.prefix)))
      : matches(value as Pattern, event?.[name]),
  );
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html */
function transformed({ InputPathsMap = {}, InputTemplate }: NonNullable<Target['InputTransformer']>, event: any): string {
  const valueAt = (path: string) =>
    path
      .replace(/^\$\./, '')
      .split('.')
      .reduce((part, name) => part?.[name], event);
  return InputTemplate.replace(/<(\w+)>/g, (_, name) => JSON.stringify(valueAt(InputPathsMap[name]) ?? ''));
}
