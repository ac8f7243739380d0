import { CloudFormation } from './cloudformation/cloudformation';
import type { ResourceTypes } from './cloudformation/resource-type';
import { Events } from './events/events';
import { Connect, type ConnectOptions } from './connect/connect';
import { DynamoDb } from './dynamodb/dynamodb';
import { ecrResourceTypes } from './ecr/resource-types';
import { Iam } from './iam/iam';
import { iamResourceTypes } from './iam/resource-types';
import { Iot, type IotOptions } from './iot/iot';
import { Lambda } from './lambda/lambda';
import { lambdaResourceTypes } from './lambda/resource-types';
import { Logs } from './logs/logs';
import { s3ResourceTypes } from './s3/resource-types';
import { S3 } from './s3/s3';
import { secretResourceTypes } from './secrets-manager/resource-types';
import { SecretsManager } from './secrets-manager/secrets-manager';
import { AwsServer, type Recorded } from './server';
import type { Service } from './service';
import { Ssm } from './ssm/ssm';
import { stepFunctionsResourceTypes } from './step-functions/resource-types';
import { StepFunctions } from './step-functions/step-functions';
import { Sts } from './sts/sts';
import { Things, type ThingsOptions } from './things/things';

export interface LocalAwsOptions {
  /** @default - any free port */
  readonly port?: number;
  /** @default ca-central-1 */
  readonly region?: string;
  /** @default 123456789012 */
  readonly account?: string;
  /** @default - the documented ones */
  readonly quotas?: { iot?: IotOptions['quotas']; connect?: ConnectOptions['quotas']; things?: ThingsOptions['quotas'] };
  /** How far the fleet index is behind, how long it is built, and by which clock. */
  readonly fleetIndex?: Pick<IotOptions, 'indexDelayMs' | 'indexBuildMs' | 'now'>;
  readonly things?: Pick<ThingsOptions, 'hubWithChildren'>;
  readonly connect?: Pick<ConnectOptions, 'instanceId' | 'endedContact' | 'searchDelayMs' | 'describeDelayMs' | 'now'>;
  readonly iot?: Pick<IotOptions, 'offlineSession' | 'policyDelayMs' | 'policyDeletionDelayMs'>;
  /** After how long permissions that are given to a role are in force. @default 0 */
  readonly iam?: { permissionDelayMs?: number };
  /**
   * Milliseconds before each retry of an asynchronous invocation, which make its event older by what AWS waits.
   * @default [100, 200] - AWS waits one minute and then two
   */
  readonly retryDelays?: readonly number[];
  /** What functions are told of their time-out at most. It is their own that ends them, so that it is not this machine's speed that does. */
  readonly toldTimeoutSeconds?: number;
  /** In place of what a state's Retry says, in milliseconds. */
  readonly stateRetryIntervalMs?: number;
  /**
   * The Node binary that runs all functions, whatever runtime they declare.
   * @default - the one of each function's runtime, from local-aws/lambda/runtimes
   */
  readonly node?: string;
}

/** A stand-in for AWS on loopback: one account, one region, one HTTP endpoint. */
export class LocalAws {
  static async start(options: LocalAwsOptions = {}): Promise<LocalAws> {
    const aws = new LocalAws(options);
    await Promise.all([aws.iot.start(), aws.connect.start(), aws.dynamodb.start()]);
    try {
      aws.endpoint = await aws.server.listen(options.port);
    } catch (error) {
      await aws.stop();
      throw error;
    }
    // A URL where IoT gives a host name, because nothing here speaks TLS.
    aws.iot.endpointAddress = aws.url;
    return aws;
  }

  readonly region: string;
  readonly account: string;
  readonly iot: Iot;
  readonly connect: Connect;
  readonly dynamodb: DynamoDb;
  readonly things: Things;
  readonly secrets: SecretsManager;
  readonly ssm: Ssm;
  readonly logs: Logs;
  readonly s3: S3;
  readonly lambda: Lambda;
  readonly iam: Iam;
  readonly stepFunctions: StepFunctions;
  readonly cloudformation: CloudFormation;
  readonly services: readonly Service[];
  private readonly server: AwsServer;
  private endpoint = '';

  private constructor(options: LocalAwsOptions) {
    const { region = 'ca-central-1', account = '123456789012', quotas, retryDelays, node, toldTimeoutSeconds } = options;
    this.region = region;
    this.account = account;
    const endpoint = () => this.url;
    this.iot = new Iot({ region, account, quotas: quotas?.iot, ...options.fleetIndex, ...options.iot });
    this.connect = new Connect({ region, account, quotas: quotas?.connect, ...options.connect });
    this.dynamodb = new DynamoDb({ region, account });
    this.things = new Things({ region, account, quotas: quotas?.things, ...options.things });
    this.iam = new Iam(account, options.iam?.permissionDelayMs, region);
    this.secrets = new SecretsManager(region, account);
    this.ssm = new Ssm(region, account);
    this.logs = new Logs(region, account);
    this.s3 = new S3(region, account);
    this.lambda = new Lambda({ region, account, endpoint, iam: this.iam, logs: this.logs, s3: this.s3, retryDelays, node, toldTimeoutSeconds });
    this.stepFunctions = new StepFunctions({
      region,
      account,
      iam: this.iam,
      retryIntervalMs: options.stateRetryIntervalMs,
      invoke: (functionArn, event) => this.lambda.invokeSync(functionArn, event),
    });
    const events = new Events(this.iam, this.stepFunctions);
    // Those that are made from their whole service are made here, so that no service imports them.
    const resourceTypes: ResourceTypes = {
      ...s3ResourceTypes(this.s3),
      ...ecrResourceTypes,
      ...iamResourceTypes(this.iam),
      ...this.ssm.resourceTypes,
      ...lambdaResourceTypes(this.lambda),
      ...this.logs.resourceTypes,
      ...secretResourceTypes(this.secrets),
      ...this.iot.resourceTypes,
      ...this.things.resourceTypes,
      ...this.dynamodb.resourceTypes,
      ...stepFunctionsResourceTypes(this.stepFunctions),
      ...events.resourceTypes,
    };
    this.cloudformation = new CloudFormation({
      region,
      account,
      endpoint,
      resourceTypes,
      s3: this.s3,
      ssm: this.ssm,
      invoke: (functionArn, event) => this.lambda.invokeAsync(functionArn, event),
    });
    this.services = [
      this.cloudformation,
      new Sts(this.iam),
      this.s3,
      this.ssm,
      this.lambda,
      this.logs,
      this.secrets,
      ...this.iot.services,
      ...this.connect.services,
      ...this.things.services,
      ...this.dynamodb.services,
      this.stepFunctions,
    ];
    this.server = new AwsServer(this.services, this.iam, region);
  }

  get url(): string {
    return this.endpoint;
  }

  /** What a process needs to take this for AWS. */
  get env(): Record<string, string> {
    return {
      AWS_ENDPOINT_URL: this.url,
      AWS_REGION: this.region,
      AWS_DEFAULT_REGION: this.region,
      AWS_ACCESS_KEY_ID: 'AKIALOCALOPERATOR',
      AWS_SECRET_ACCESS_KEY: 'local',
    };
  }

  /** Every call so far. */
  get calls(): readonly Recorded[] {
    return this.server.calls;
  }

  async stop(): Promise<void> {
    await this.cloudformation.stop();
    await this.stepFunctions.stop();
    await this.lambda.stop();
    this.things.stop();
    await Promise.all([this.iot.stop(), this.connect.stop(), this.dynamodb.stop()]);
    if (this.endpoint) await this.server.close();
  }
}
