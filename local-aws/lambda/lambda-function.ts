import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { Iam } from '../iam/iam';
import type { Logs } from '../logs/logs';
import { ExecutionEnvironment, type Invocation, type Outcome } from './execution-environment';
import { LogWriter } from './log-writer';
import { nodeOf } from './runtimes';

export interface FunctionConfiguration {
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  readonly runtime: string;
  readonly handler: string;
  readonly timeoutSeconds: number;
  readonly memorySize: number;
  readonly logGroup: string;
  readonly logFormat: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Where the code is unpacked; this function's to remove. */
  readonly folder: string;
}

export interface Platform {
  readonly iam: Iam;
  readonly logs: Logs;
  readonly region: string;
  /** What functions are told of their time-out at most. */
  readonly toldTimeoutSeconds?: number;
  /** Runs functions in place of the Node of their runtime. */
  readonly node?: string;
  endpoint(): string;
}

/** One version of a function: its configuration, its code, and the environments that run it. */
export class LambdaFunction {
  private readonly environments = new Set<{ process: ExecutionEnvironment; accessKeyId: string; log: LogWriter; logStream: string }>();
  private retired = false;
  private running = 0;
  private removed?: Promise<void>;

  constructor(
    readonly configuration: FunctionConfiguration,
    private readonly platform: Platform,
  ) {}

  async invoke(invocation: Invocation): Promise<Outcome> {
    const { configuration } = this;
    this.running++;
    try {
      const environment = this.idle() ?? this.start();
      const { process, log, logStream } = environment;
      const started = Date.now();
      log.write(`START RequestId: ${invocation.requestId} Version: $LATEST`);
      const { timeoutSeconds } = configuration;
      const outcome = await process.invoke(invocation, timeoutSeconds, Math.min(timeoutSeconds, this.platform.toldTimeoutSeconds ?? Infinity), {
        functionName: configuration.name,
        functionVersion: '$LATEST',
        invokedFunctionArn: configuration.arn,
        memoryLimitInMB: String(configuration.memorySize),
        logGroupName: configuration.logGroup,
        logStreamName: logStream,
      });
      if ('error' in outcome && !outcome.error.trace) log.write(outcome.error.errorMessage);
      log.write(`END RequestId: ${invocation.requestId}`);
      log.write(`REPORT RequestId: ${invocation.requestId}\tDuration: ${Date.now() - started} ms\tMemory Size: ${configuration.memorySize} MB`);
      if (process.gone) this.forget(environment);
      return outcome;
    } finally {
      this.running--;
      if (this.retired && this.running === 0) void this.remove();
    }
  }

  /** Kills the processes, in the middle of what they do. */
  async crash(): Promise<void> {
    await Promise.all([...this.environments].map(({ process }) => process.kill()));
  }

  /** No more invocations come; those that run may end first. */
  retire(): void {
    this.retired = true;
    if (this.running === 0) void this.remove();
  }

  /** Ends everything at once. */
  async stop(): Promise<void> {
    await this.crash();
    await this.remove();
  }

  private remove(): Promise<void> {
    return (this.removed ??= this.crash().then(() => {
      for (const environment of [...this.environments]) this.forget(environment);
      return rm(this.configuration.folder, { recursive: true, force: true });
    }));
  }

  private forget(environment: typeof this.environments extends Set<infer E> ? E : never): void {
    this.platform.iam.revokeCredentials(environment.accessKeyId);
    this.environments.delete(environment);
  }

  private idle() {
    for (const environment of [...this.environments]) {
      if (environment.process.gone) this.forget(environment);
      else if (!environment.process.busy) return environment;
    }
    return undefined;
  }

  private start() {
    const { configuration, platform } = this;
    const { name, roleArn, logGroup } = configuration;
    const credentials = platform.iam.issueCredentials(roleArn, name);
    const day = new Date().toISOString().slice(0, 10).replace(/-/g, '/');
    const logStream = `${day}/[$LATEST]${randomUUID().replace(/-/g, '')}`;
    const log = new LogWriter(platform.logs, platform.iam, platform.iam.callerOf(credentials.AccessKeyId), logGroup, logStream);
    const process_ = new ExecutionEnvironment(
      nodeOf(configuration.runtime, platform.node),
      {
        // https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
        ...configuration.environment,
        PATH: process.env.PATH ?? '',
        TZ: 'UTC',
        _HANDLER: configuration.handler,
        AWS_ACCESS_KEY_ID: credentials.AccessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.SecretAccessKey,
        AWS_SESSION_TOKEN: credentials.SessionToken,
        AWS_REGION: platform.region,
        AWS_DEFAULT_REGION: platform.region,
        ...endpointVariables(platform.endpoint()),
        AWS_EXECUTION_ENV: `AWS_Lambda_${configuration.runtime}`,
        AWS_LAMBDA_FUNCTION_NAME: name,
        AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(configuration.memorySize),
        AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
        AWS_LAMBDA_LOG_FORMAT: configuration.logFormat,
        AWS_LAMBDA_LOG_GROUP_NAME: logGroup,
        AWS_LAMBDA_LOG_STREAM_NAME: logStream,
        LAMBDA_TASK_ROOT: configuration.folder,
      },
      (line) => log.write(line),
    );
    const environment = { process: process_, accessKeyId: credentials.AccessKeyId, log, logStream };
    this.environments.add(environment);
    return environment;
  }
}

/**
 * The SDK's names of the services that functions call. IoT Data Plane is not among them: as on Lambda, a function has to find the
 * account's endpoint by itself.
 */
const SERVICE_IDS = [
  'CLOUDFORMATION',
  'CLOUDWATCH_LOGS',
  'CONNECT',
  'CONNECTPARTICIPANT',
  'DYNAMODB',
  'IOT',
  'IOT_MANAGED_INTEGRATIONS',
  'LAMBDA',
  'S3',
  'SECRETS_MANAGER',
  'SFN',
  'SSM',
  'STS',
];

function endpointVariables(endpoint: string): Record<string, string> {
  return Object.fromEntries(SERVICE_IDS.map((id) => [`AWS_ENDPOINT_URL_${id}`, endpoint]));
}
