import { ArnFormat, Fn, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import * as stepfunctions from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { EXECUTION_PREFIXES } from '../../contract/executions';
import { acknowledge } from './acknowledge';
import { acknowledgePolicy } from './acknowledge-policy';
import { OF_RULE, OF_STATE_MACHINE } from './cdk-nag';
import { definition } from './definition';

/** https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html: these know no resources. */
const LOG_DELIVERY = [
  'logs:CreateLogDelivery',
  'logs:GetLogDelivery',
  'logs:UpdateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:DescribeResourcePolicies',
  'logs:DescribeLogGroups',
];

export interface LongRunsProps {
  /** The service's, for the name. */
  readonly bundle: string;
  readonly handler: lambda.IFunction;
  /** The function's. */
  readonly role: iam.IRole;
  readonly logGroup: logs.ILogGroup;
  readonly encryptionKey?: kms.IKey;
}

/** What carries runs on that take longer than one invocation of the provider's function. */
export class LongRuns extends Construct {
  public readonly stateMachine: stepfunctions.CfnStateMachine;

  constructor(scope: Construct, id: string, { bundle, handler, role: handlerRole, logGroup, encryptionKey }: LongRunsProps) {
    super(scope, id);
    const stack = Stack.of(this);
    // A name that is known beforehand, for the policy and the rule on which the state machine depends, or which depend on it.
    const name = `cdk-teardown-${bundle}-${this.node.addr.slice(-8)}-${Fn.select(2, Fn.split('/', stack.stackId))}`;
    const arn = stack.formatArn({ service: 'states', resource: 'stateMachine', resourceName: name, arnFormat: ArnFormat.COLON_RESOURCE_NAME });

    const role = new iam.Role(this, 'Role', {
      assumedBy: new iam.CompositePrincipal(new iam.ServicePrincipal('states.amazonaws.com'), new iam.ServicePrincipal('events.amazonaws.com')),
    });
    const policy = new iam.Policy(this, 'Policy', {
      roles: [role],
      statements: [
        new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [handler.functionArn] }),
        new iam.PolicyStatement({ actions: ['states:StartExecution'], resources: [arn] }),
        new iam.PolicyStatement({ actions: LOG_DELIVERY, resources: ['*'] }),
      ],
    });
    if (encryptionKey) {
      // https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html
      const use = (actions: string[]) =>
        new iam.PolicyStatement({
          actions,
          resources: [encryptionKey.keyArn],
          conditions: { StringEquals: { 'kms:EncryptionContext:aws:states:stateMachineArn': arn } },
        });
      policy.addStatements(use(['kms:Decrypt', 'kms:GenerateDataKey']));
      // Of its log.
      policy.addStatements(
        new iam.PolicyStatement({
          actions: ['kms:GenerateDataKey'],
          resources: [encryptionKey.keyArn],
          conditions: {
            StringEquals: { 'kms:EncryptionContext:SourceArn': stack.formatArn({ service: 'logs', resource: '*', arnFormat: ArnFormat.COLON_RESOURCE_NAME }) },
          },
        }),
      );
      encryptionKey.addToResourcePolicy(
        new iam.PolicyStatement({ actions: ['kms:Decrypt'], resources: ['*'], principals: [new iam.ServicePrincipal('delivery.logs.amazonaws.com')] }),
      );
      // To read what an execution was given, and what it came to.
      handlerRole.addToPrincipalPolicy(use(['kms:Decrypt']));
    }

    acknowledgePolicy(policy);

    this.stateMachine = new stepfunctions.CfnStateMachine(this, 'StateMachine', {
      stateMachineName: name,
      stateMachineType: 'STANDARD',
      roleArn: role.roleArn,
      definitionString: stack.toJsonString(definition(handler.functionArn)),
      // The input has CloudFormation's presigned URL in it.
      loggingConfiguration: { level: 'ERROR', includeExecutionData: false, destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: logGroup.logGroupArn } }] },
      encryptionConfiguration: encryptionKey && { type: 'CUSTOMER_MANAGED_KMS_KEY', kmsKeyId: encryptionKey.keyArn },
    });
    this.stateMachine.node.addDependency(policy);
    acknowledge(this.stateMachine, OF_STATE_MACHINE);

    const rule = new events.CfnRule(this, 'Stopped', {
      description: 'Has CloudFormation answered for a run that was stopped (cdk-teardown)',
      eventPattern: {
        source: ['aws.states'],
        'detail-type': ['Step Functions Execution Status Change'],
        detail: { stateMachineArn: [arn], status: ['FAILED', 'TIMED_OUT', 'ABORTED'], name: EXECUTION_PREFIXES.map((prefix) => ({ prefix })) },
      },
      targets: [
        {
          id: 'Report',
          arn: this.stateMachine.ref,
          roleArn: role.roleArn,
          inputTransformer: {
            inputPathsMap: { execution: '$.detail.executionArn', status: '$.detail.status' },
            inputTemplate: '{"Next": "REPORT", "Stopped": {"Execution": <execution>, "Status": <status>}}',
          },
        },
      ],
    });
    rule.node.addDependency(policy);
    acknowledge(rule, OF_RULE);
  }

  /** What the function may do with it. */
  public get statements(): iam.PolicyStatement[] {
    const { ref, attrName } = this.stateMachine;
    const executions = Stack.of(this).formatArn({
      service: 'states',
      resource: 'execution',
      resourceName: `${attrName}:*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    return [
      new iam.PolicyStatement({ actions: ['states:StartExecution', 'states:ListExecutions'], resources: [ref] }),
      new iam.PolicyStatement({ actions: ['states:DescribeExecution'], resources: [executions] }),
    ];
  }
}
