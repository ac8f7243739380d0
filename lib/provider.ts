import { join } from 'node:path';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge } from './private/acknowledge';
import { acknowledgePolicy } from './private/acknowledge-policy';
import { OF_FUNCTION } from './private/cdk-nag';
import { statusPermission } from './private/status-permission';
import { LongRuns } from './private/long-runs';
import { LONGEST_EVENT_AGE } from './private/times';
import { expectWhole } from './private/expect-whole';

/**
 * Properties of a provider.
 */
export interface TeardownProviderProps {
  /**
   * The VPC to run the function in. It must let the function reach the service's endpoint, CloudFormation, and S3, where
   * CloudFormation waits for the answer; and Step Functions, if a construct has a `timeout` above 14 minutes.
   *
   * @default - no VPC
   */
  readonly vpc?: ec2.IVpc;

  /**
   * Which subnets of the VPC.
   *
   * @default - the private subnets
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * The function's security groups in the VPC.
   *
   * @default - a new one that lets everything out
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * Where the function logs.
   *
   * @default - a new log group that keeps a month and goes with the stack
   */
  readonly logGroup?: logs.ILogGroup;

  /**
   * How many calls of the function may run at once, of those that the account has: from 1. CloudFormation calls it for each construct that
   * it creates, updates or deletes, for many at once. A call that finds no room is made again for up to 19 minutes, and is too late when
   * CloudFormation has waited for `timeout` and five minutes.
   *
   * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
   * @default - no limit but the account's
   */
  readonly reservedConcurrentExecutions?: number;

  /**
   * How often Lambda calls the function again after it crashed or ran into its time limit, from 0 to 2. What had been ended by then counts as
   * already gone.
   *
   * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
   * @default 2
   */
  readonly retryAttempts?: number;

  /**
   * Whether AWS X-Ray traces the function, which is then granted what that needs.
   *
   * @see https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
   * @default Tracing.DISABLED
   */
  readonly tracing?: lambda.Tracing;

  /**
   * The function's memory, in MiB, from 128 to 10240.
   *
   * @default 256
   */
  readonly memorySize?: number;

  /**
   * The function's processor architecture.
   *
   * @default Architecture.X86_64
   */
  readonly architecture?: lambda.Architecture;

  /**
   * The function's role. What it needs is added to it, unless it is imported as immutable.
   *
   * @default - a new role that may do what the constructs need and no more
   */
  readonly role?: iam.IRole;

  /**
   * Additional environment variables of the function, `POWERTOOLS_LOG_LEVEL` for instance.
   *
   * @default - none
   */
  readonly environment?: { [name: string]: string };

  /**
   * Encrypts the environment variables. Who deploys, or looks at them, needs access to the key.
   *
   * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html
   * @default - a key that AWS manages
   */
  readonly environmentEncryption?: kms.IKey;

  /**
   * Encrypts what the state machine keeps that carries on runs of more than 14 minutes. That is CloudFormation's request, how far the run
   * is and its figures, and no target. The key's policy must let IAM policies of the account allow its use, as CDK's does.
   *
   * @see https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html
   * @default - a key that AWS owns
   */
  readonly stateMachineEncryptionKey?: kms.IKey;
}

/**
 * The Lambda function that CloudFormation calls to end targets of one service, with its role and its log group.
 *
 * One is made per stack and service by itself. Make your own to run it in a VPC, with a log group or a role of yours, or to give
 * some constructs a role of their own. A provider is of the construct's service, region and account. A construct that is deployed keeps
 * its provider: CloudFormation refuses to change it. To change it all the same, give the construct another id, without `Moment.REMOVAL` in
 * what was deployed before, which would end all its targets.
 */
export abstract class TeardownProvider extends Construct implements iam.IGrantable, ec2.IConnectable {
  /** @internal */
  public abstract readonly _kind: string;

  /**
   * The service's folder in the package's `bundles`.
   *
   * @internal
   */
  protected abstract _bundle(): string;

  /**
   * The function that CloudFormation calls.
   */
  public readonly handler: lambda.Function;

  /**
   * The function's role.
   */
  public readonly role: iam.IRole;

  /**
   * The function's log group.
   */
  public readonly logGroup: logs.ILogGroup;

  /**
   * The principal that acts: the function's role.
   */
  public readonly grantPrincipal: iam.IPrincipal;

  private readonly stateMachineEncryptionKey?: kms.IKey;

  /**
   * @param scope the construct that this is a part of
   * @param id its name there
   * @param props where and how the function runs
   */
  protected constructor(scope: Construct, id: string, props: TeardownProviderProps = {}) {
    super(scope, id);
    expectWhole(this, 'memorySize', props.memorySize, 128, 10_240);
    expectWhole(this, 'reservedConcurrentExecutions', props.reservedConcurrentExecutions, 1);
    expectWhole(this, 'retryAttempts', props.retryAttempts, 0, 2);
    this.stateMachineEncryptionKey = props.stateMachineEncryptionKey;
    this.logGroup =
      props.logGroup ??
      new logs.LogGroup(this, 'Log', {
        retention: logs.RetentionDays.ONE_MONTH,
        removalPolicy: RemovalPolicy.DESTROY,
      });
    this.role = props.role ?? new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    this.grantPrincipal = this.role;
    // No logs:CreateLogGroup: lines that come late must not bring the log group back after the stack is gone.
    this.logGroup.grantWrite(this.role);
    this.role.addToPrincipalPolicy(statusPermission(Stack.of(this)));
    if (props.vpc) this.allowNetworkInterfaces();

    this.handler = new lambda.Function(this, 'Handler', {
      description: `Ends what is live: ${this._bundle()} (cdk-teardown)`,
      code: lambda.Code.fromAsset(join(__dirname, '..', 'bundles', this._bundle())),
      handler: 'index.handler',
      runtime: lambda.determineLatestNodeRuntime(this),
      architecture: props.architecture ?? lambda.Architecture.X86_64,
      memorySize: props.memorySize ?? 256,
      timeout: Duration.minutes(15),
      maxEventAge: LONGEST_EVENT_AGE,
      role: this.role,
      logGroup: this.logGroup,
      environment: props.environment,
      environmentEncryption: props.environmentEncryption,
      reservedConcurrentExecutions: props.reservedConcurrentExecutions,
      retryAttempts: props.retryAttempts,
      tracing: props.tracing,
      vpc: props.vpc,
      vpcSubnets: props.vpcSubnets,
      securityGroups: props.securityGroups,
    });
    acknowledge(this.handler, OF_FUNCTION);
    // What stands on a role of the user's is for the user to acknowledge.
    const policy = props.role ? undefined : this.role.node.tryFindChild('DefaultPolicy');
    if (policy instanceof iam.Policy) acknowledgePolicy(policy);
  }

  /**
   * The function's security groups, for what lets it in or is let out to. Only of a provider in a VPC.
   */
  public get connections(): ec2.Connections {
    return this.handler.connections;
  }

  /**
   * Made when a construct first needs more time than one invocation has.
   *
   * @internal
   */
  public get _longRuns(): LongRuns {
    const { handler, role, logGroup, stateMachineEncryptionKey: encryptionKey } = this;
    const made = this.node.tryFindChild('LongRuns') as LongRuns | undefined;
    return made ?? new LongRuns(this, 'LongRuns', { bundle: this._bundle(), handler, role, logGroup, encryptionKey });
  }

  /** EC2 cannot scope these actions to the function's own interfaces. */
  private allowNetworkInterfaces() {
    this.role.addToPrincipalPolicy(
      new iam.PolicyStatement({
        actions: [
          'ec2:CreateNetworkInterface',
          'ec2:DescribeNetworkInterfaces',
          'ec2:DescribeSubnets',
          'ec2:DeleteNetworkInterface',
          'ec2:AssignPrivateIpAddresses',
          'ec2:UnassignPrivateIpAddresses',
        ],
        resources: ['*'],
      }),
    );
  }
}
