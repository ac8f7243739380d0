import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { S3 } from '../s3/s3';
import { restHandler } from '../rest-protocol';
import { AwsError, NotImplemented, type Api, type Reply, type Service } from '../service';
import { blob, inHeader, inQuery, oneOf, only, required, text } from '../shapes';
import type { Outcome } from './execution-environment';
import { LambdaFunction, type FunctionConfiguration, type Platform } from './lambda-function';

export interface LambdaOptions extends Platform {
  readonly account: string;
  readonly s3: S3;
  /**
   * Milliseconds before each retry of an asynchronous invocation. Lambda waits one minute and then two; here the default is
   * 100 and 200.
   */
  readonly retryDelays?: readonly number[];
}

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html */
export interface EventInvokeConfig {
  readonly MaximumRetryAttempts?: number;
  readonly MaximumEventAgeInSeconds?: number;
}

/** What Lambda waits before each retry. */
const LAMBDA_WAITS_SECONDS = [60, 120];

/** Runs functions, as child processes, with the rights of their roles. */
export class Lambda implements Service {
  readonly signingNames = ['lambda'];
  readonly protocol = 'rest-json';
  readonly denial = { code: 'AccessDeniedException', status: 403 };
  /** By the function's name. */
  readonly eventInvokeConfigs = new Map<string, EventInvokeConfig>();
  private readonly functions = new Map<string, LambdaFunction>();
  private readonly all = new Set<LambdaFunction>();
  private readonly deliveries = new Set<Promise<void>>();
  private readonly stopped = new AbortController();
  private readonly retryDelays: readonly number[];

  constructor(readonly options: LambdaOptions) {
    this.retryDelays = options.retryDelays ?? [100, 200];
  }

  readonly api: Api<Reply> = {
    name: 'lambda',
    prefix: 'lambda',
    invalid: 'ValidationException',
    operations: {
      Invoke: {
        http: 'POST /2015-03-31/functions/{FunctionName}/invocations',
        members: {
          FunctionName: required(
            text({
              min: 1,
              max: 256,
              pattern:
                /(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_.]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?/,
            }),
          ),
          InvocationType: inHeader('X-Amz-Invocation-Type', only(oneOf('Event', 'RequestResponse', 'DryRun'), 'Event', 'RequestResponse')),
          LogType: inHeader('X-Amz-Log-Type', only(oneOf('None', 'Tail'), 'None')),
          Qualifier: inQuery(only(text({ min: 1, max: 128, pattern: /\$(LATEST(\.PUBLISHED)?)|[a-zA-Z0-9-_$]+/ }), '$LATEST')),
          Payload: blob(),
        },
        action: 'InvokeFunction',
        on: ({ FunctionName }) => this.arn(this.nameIn(FunctionName)),
        handle: (input) => this.invoke(input),
      },
    },
  };
  readonly handle = restHandler(this.api);

  private async invoke({
    FunctionName,
    InvocationType = 'RequestResponse',
    Payload,
  }: {
    FunctionName: string;
    InvocationType?: string;
    Payload: Buffer;
  }): Promise<Reply> {
    const event = eventIn(Payload);
    const found = this.find(this.nameIn(FunctionName));
    if (InvocationType === 'Event') {
      this.invokeAsync(found.configuration.arn, event);
      return { status: 202 };
    }
    const outcome = await this.invokeSync(found.configuration.arn, event);
    const failed = 'error' in outcome;
    return {
      headers: { 'content-type': 'application/json', 'x-amz-executed-version': '$LATEST', ...(failed && { 'x-amz-function-error': 'Unhandled' }) },
      body: JSON.stringify(failed ? outcome.error : outcome.result),
    };
  }

  /** Of a function of this account, by name or by ARN, whole or in part; versions and aliases are not there. */
  private nameIn(functionName: string): string {
    const name = functionName.replace(/^(arn:aws:lambda:)?/, '').replace(new RegExp(`^(${this.options.region}:)?(${this.options.account}:)?(function:)?`), '');
    if (name.includes(':') && !name.endsWith(':$LATEST')) throw new NotImplemented(`lambda Invoke with FunctionName ${functionName}`);
    return name.replace(/:\$LATEST$/, '');
  }

  /** Waits for what a function answers. */
  invokeSync(nameOrArn: string, event: object): Promise<Outcome> {
    return this.find(nameOrArn).invoke({ requestId: randomUUID(), event });
  }

  /**
   * Queues an event; on a function error it is tried again, with the same request id:
   * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
   */
  invokeAsync(nameOrArn: string, event: object): void {
    const { name } = this.find(nameOrArn).configuration;
    const delivery = this.deliver(name, event)
      .catch((error) => {
        if (!this.stopped.signal.aborted) throw error;
      })
      .finally(() => this.deliveries.delete(delivery));
    this.deliveries.add(delivery);
  }

  /** Waits until no asynchronous invocation is under way. */
  async idle(): Promise<void> {
    while (this.deliveries.size > 0) await Promise.all(this.deliveries);
  }

  /** Kills what runs a function, as an out-of-memory or a failing host would; in-flight invocations fail. */
  async crash(functionName: string): Promise<void> {
    await this.find(functionName).crash();
  }

  /** By name or ARN. */
  find(nameOrArn: string): LambdaFunction {
    const name = nameOrArn.startsWith('arn:') ? nameOrArn.split(':')[6] : nameOrArn;
    const found = this.functions.get(name);
    if (!found) {
      const arn = nameOrArn.startsWith('arn:') ? nameOrArn : this.arn(name);
      throw new AwsError('ResourceNotFoundException', `Function not found: ${arn}`, 404);
    }
    return found;
  }

  has(name: string): boolean {
    return this.functions.has(name);
  }

  /** Creates a function, or gives it new code and configuration. */
  deploy(configuration: FunctionConfiguration): void {
    this.functions.get(configuration.name)?.retire();
    const deployed = new LambdaFunction(configuration, this.options);
    this.functions.set(configuration.name, deployed);
    this.all.add(deployed);
  }

  delete(name: string): void {
    this.functions.get(name)?.retire();
    this.functions.delete(name);
    this.eventInvokeConfigs.delete(name);
  }

  arn(name: string): string {
    return `arn:aws:lambda:${this.options.region}:${this.options.account}:function:${name}`;
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await Promise.all([...this.all].map((each) => each.stop()));
  }

  /**
   * An event is dropped when it was tried too often or is too old. Its age is how long the function ran, and what Lambda would have waited:
   * https://aws.amazon.com/about-aws/whats-new/2019/11/aws-lambda-supports-max-retry-attempts-event-age-asynchronous-invocations/
   */
  private async deliver(name: string, event: object): Promise<void> {
    const requestId = randomUUID();
    const { MaximumRetryAttempts = 2, MaximumEventAgeInSeconds = 21_600 } = this.eventInvokeConfigs.get(name) ?? {};
    let ageSeconds = 0;
    for (let attempt = 0; ; attempt++) {
      const found = this.functions.get(name);
      if (!found || this.stopped.signal.aborted) return;
      const begun = performance.now();
      const outcome: Outcome = await found.invoke({ requestId, event });
      if (!('error' in outcome) || attempt === MaximumRetryAttempts) return;
      ageSeconds += (performance.now() - begun) / 1000 + LAMBDA_WAITS_SECONDS[attempt];
      if (ageSeconds > MaximumEventAgeInSeconds) return;
      await sleep(this.retryDelays[attempt], undefined, { signal: this.stopped.signal });
    }
  }
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
function eventIn(payload: Buffer): object {
  try {
    return payload.length > 0 ? JSON.parse(payload.toString('utf8')) : {};
  } catch {
    throw new AwsError('InvalidRequestContentException', 'Could not parse request body into json.');
  }
}
