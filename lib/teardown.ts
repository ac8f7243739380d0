import { createHash } from 'node:crypto';
import { CfnResource, CustomResource, NestedStack, Stack, Token } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct, IConstruct, IDependable } from 'constructs';
import { ATTRIBUTES } from '../contract/attributes';
import { METRIC_DIMENSION, METRIC_NAMESPACE, METRICS } from '../contract/metric-names';
import { IDS_METADATA } from '../contract/sources/ids';
import { DEFAULTS, OCCASION, PLACE, SETTINGS, TIMES, WORK } from '../contract/settings';
import { expectResources } from './private/expect-resources';
import { warnOfOrder, type OrderRules } from './private/order-warnings';
import { cycleProblems } from './private/own-cycle';
import { OwnPolicy, OwnPolicyPrincipal } from './private/own-policy';
import { refuseEmptyName } from './private/refuse-empty';
import { warnRetained } from './private/retained-warning';
import { momentsOf } from './private/run-on';
import { eventsPermission, resourcePermission, statusPermission } from './private/status-permission';
import { Moment } from './moment';
import { DEFAULT_TIMEOUT, isLong, outlastsAnswer, waitFor } from './private/times';
import type { TargetSource } from './private/target-source';
import type { TeardownProvider } from './provider';
import type { TeardownProps } from './teardown-props';

/** Of a dimension's value; CloudWatch takes 1024 characters, CDK no more than this. */
const MAX_DIMENSION_LENGTH = 255;

/** What the services tell the base class. */
interface TeardownSpec extends Omit<OrderRules, 'reads'> {
  readonly resourceType: string;
  readonly provider: TeardownProvider;
  readonly source: TargetSource;
  /** The parameters of the operation. */
  readonly operation: { readonly [parameter: string]: unknown };
  /** What the operation needs. */
  readonly statements: readonly iam.PolicyStatement[];
}

/**
 * Ends live things at chosen moments of a stack's life. The kinds are `MqttDisconnection`, `IotPolicyDetachment`, `ChatDisconnection`, `ContactStop` and
 * `ManagedThingDeletion`.
 *
 * What is granted to a teardown is granted to its provider's role for as long as the teardown exists.
 */
export abstract class Teardown extends Construct implements iam.IGrantable {
  /**
   * Is deleted after this and after all that tear down after this.
   *
   * @internal
   */
  public readonly _goesLast: IConstruct[] = [];

  private _policy?: OwnPolicy;
  private _principal?: iam.IPrincipal;
  private _resource?: CustomResource;

  /**
   * @param scope the construct that this is a part of
   * @param id its name there
   */
  protected constructor(scope: Construct, id: string) {
    super(scope, id);
  }

  /**
   * The principal that acts: the provider's role.
   */
  public get grantPrincipal(): iam.IPrincipal {
    return this._principal!;
  }

  /**
   * How many targets the latest deploy found. 0 if it neither acted nor looked (`preflight: false`). As with the other counts, write
   * `Token.asString(…)` to put it into an output or another text.
   */
  public get targetCount(): number {
    return this._count('targets');
  }

  /**
   * How many targets the latest deploy ended.
   */
  public get endedCount(): number {
    return this._count('ended');
  }

  /**
   * How many targets were already gone when the latest deploy came to end them.
   */
  public get alreadyGoneCount(): number {
    return this._count('alreadyGone');
  }

  /**
   * How many targets the latest deploy could not end. More than 0 only with `OnFailure.CONTINUE`.
   */
  public get failedCount(): number {
    return this._count('failed');
  }

  /**
   * A figure of this construct's runs. A deploy that does not act has none.
   *
   * @param name `Targets`, `Ended`, `AlreadyGone`, `Failed`, `Throttled` or `Duration`
   * @param options of the metric, its period or label for instance
   * @default - the sum over five minutes
   */
  public metric(name: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    refuseEmptyName('name', name);
    return new cloudwatch.Metric({
      namespace: METRIC_NAMESPACE,
      metricName: name,
      dimensionsMap: { [METRIC_DIMENSION]: this.metricPath },
      statistic: cloudwatch.Stats.SUM,
      ...options,
    }).attachTo(this);
  }

  /**
   * How many targets runs found.
   *
   * @param options of the metric, its period or label for instance
   * @default - the sum over five minutes
   */
  public metricTargets(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(METRICS.targets, options);
  }

  /**
   * How many targets runs ended.
   *
   * @param options of the metric, its period or label for instance
   * @default - the sum over five minutes
   */
  public metricEnded(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(METRICS.ended, options);
  }

  /**
   * How many targets were already gone.
   *
   * @param options of the metric, its period or label for instance
   * @default - the sum over five minutes
   */
  public metricAlreadyGone(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(METRICS.alreadyGone, options);
  }

  /**
   * How many targets runs did not end: that failed, that connected again, or that were not reached in time. It is 1 for a run
   * that could not find its targets. Worth an alarm, with `OnFailure.CONTINUE` above all; in a stack that stays.
   *
   * @param options of the metric, its period or label for instance
   * @default - the sum over five minutes
   */
  public metricFailed(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(METRICS.failed, options);
  }

  /**
   * How many calls AWS throttled. They were made again.
   *
   * @param options of the metric, its period or label for instance
   * @default - the sum over five minutes
   */
  public metricThrottled(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(METRICS.throttled, options);
  }

  /**
   * How long runs took, in milliseconds.
   *
   * @param options of the metric, its period or label for instance
   * @default - the longest in five minutes
   */
  public metricDuration(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric(METRICS.duration, { statistic: cloudwatch.Stats.MAXIMUM, ...options });
  }

  /**
   * Tears down before the given resources are deleted, and so is created after them.
   *
   * For what the targets still need in order to end: a managed thing goes before its credential locker. What depends on this or refers to
   * it is refused at synth.
   *
   * @param resources constructs, resources or teardowns. All that is in them waits
   */
  public runBeforeDeletionOf(...resources: IDependable[]): void {
    expectResources(this, 'before', resources);
    this.node.addDependency(...resources);
    for (const resource of resources) if (resource instanceof Teardown) resource.goBetween(this);
  }

  /**
   * Tears down after the given resources are deleted, and so is created before them.
   *
   * For what lets a target come back: a device whose policy or certificate still stands reconnects at once. What this needs itself, such as
   * the things that it names by reference or the table that it reads, is refused at synth.
   *
   * @param resources constructs, resources or teardowns. This waits for all that is in them
   */
  public runAfterDeletionOf(...resources: IConstruct[]): void {
    expectResources(this, 'after', resources);
    for (const resource of resources) {
      if (this.node.scopes.includes(resource)) {
        throw new Error(
          `${this.node.path} cannot run after the deletion of ${resource.node.path || 'the app'}, which it is a part of: name the resource that it must wait for`,
        );
      }
      resource.node.addDependency(this);
      if (resource instanceof Teardown) this.goBetween(resource);
    }
  }

  /** After another and before what goes last for it, unless both go at once, with a nested stack around them. */
  private goBetween(other: Teardown): void {
    const { scopes } = this.node;
    const around = other.node.scopes.filter((scope) => NestedStack.isNestedStack(scope) && !scopes.includes(scope));
    this.runBeforeDeletionOf(...other._goesLast.filter(({ node }) => !node.scopes.some((scope) => around.includes(scope))));
  }

  /** @internal */
  protected _declare(props: TeardownProps, spec: TeardownSpec): void {
    const policy = new OwnPolicy(this, spec.provider.role, this.fingerprint(spec), spec.statements);
    if (Stack.of(spec.provider) !== Stack.of(this)) {
      policy.addStatements(statusPermission(Stack.of(this)));
    }
    this._policy = policy;
    this._principal = new OwnPolicyPrincipal(policy, spec.provider.role);
    spec.source.grantRead?.(this, Stack.of(this));

    const { timeout = DEFAULT_TIMEOUT } = props;
    const runOn = momentsOf(props);
    const longRuns = isLong(timeout) ? spec.provider._longRuns : undefined;
    this._resource = new CustomResource(this, 'Resource', {
      resourceType: spec.resourceType,
      serviceToken: spec.provider.handler.functionArn,
      serviceTimeout: waitFor(timeout),
      properties: {
        ...WORK.write({ Targets: spec.source.properties, Operation: spec.operation }),
        ...OCCASION.write({ RunOn: [...new Set(runOn)], RedeployTrigger: props.redeployTrigger }),
        ...SETTINGS.write({
          OnFailure: props.onFailure ?? DEFAULTS.OnFailure,
          MaxTargets: props.maxTargets ?? DEFAULTS.MaxTargets,
          RequestsPerSecond: props.requestsPerSecond,
          Preflight: props.preflight ?? DEFAULTS.Preflight,
          Path: this.metricPath,
        }),
        ...TIMES.write({ TimeoutSeconds: timeout.toSeconds(), StateMachineArn: longRuns?.stateMachine.ref }),
        ...PLACE.write({ Nested: Stack.of(this).nestedStackParent ? true : undefined }),
      },
    });
    // Up after the policy, down before it, so that a failed teardown can be tried again; and so with all that makes the function.
    this._resource.node.addDependency(policy, spec.provider.handler);

    const resource = this._resource.node.defaultChild as CfnResource;
    if (longRuns) {
      policy.addStatements(...longRuns.statements);
      if (outlastsAnswer(timeout)) policy.addStatements(eventsPermission(Stack.of(this)));
      if (spec.source.ids) {
        policy.addStatements(resourcePermission(Stack.of(this)));
        resource.addMetadata(IDS_METADATA, spec.source.ids);
      }
      resource.node.addDependency(longRuns);
    }
    this.node.addValidation({
      validate: () => {
        warnRetained(resource, runOn);
        if (runOn.includes(Moment.TEARDOWN)) warnOfOrder(resource, { ...spec, reads: spec.source.reads });
        return cycleProblems(this, resource);
      },
    });
  }

  /**
   * As a dimension's value, which is ASCII and does not start with a colon.
   *
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Dimension.html
   */
  private get metricPath(): string {
    const { path } = this.node;
    const value = path.replace(/^:|[^\x20-\x7e]/g, '_');
    if (value === path && path.length <= MAX_DIMENSION_LENGTH) return path;
    // Two paths may become one when characters are replaced or cut off.
    return `${value.slice(0, MAX_DIMENSION_LENGTH - 9)}-${shortHash(path)}`;
  }

  /** Of what the construct may act on. */
  private fingerprint(spec: TeardownSpec): string {
    const scope = Stack.of(this).resolve([spec.source.properties, spec.statements.map((statement) => statement.toStatementJson())]);
    return shortHash(JSON.stringify(scope));
  }

  /** @internal */
  protected _count(attribute: keyof typeof ATTRIBUTES): number {
    this._policy!.isReferredTo = true;
    return Token.asNumber(this._resource!.getAtt(ATTRIBUTES[attribute]));
  }
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
