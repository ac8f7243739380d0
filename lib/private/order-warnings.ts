import { Annotations, type CfnResource } from 'aws-cdk-lib';
import { DeletionOrder } from './deletion-order';

/** How many paths a warning names. */
const MAX_PATHS = 5;

/** What to do about resources, in words that follow their paths; `self` and `those` are variables that hold the construct and them. */
export type Advice = (self: string, those: string) => string;

/** A resource whose deletion matters to a construct. */
export interface Concern {
  readonly resource: CfnResource;
  /** Where it takes more than an order. */
  readonly advice?: Advice;
}

/** What lets targets back in while it stands. */
export interface WayBack extends Concern {
  /** It lets nobody in any more when one of these is deleted: itself, as a rule. */
  readonly closedBy: readonly CfnResource[];
}

/** Which deletions of a stack matter to a construct. */
export interface OrderRules {
  readonly waysBack?: (order: DeletionOrder, self: CfnResource) => readonly WayBack[];
  /** What some of the targets may need in order to end. */
  readonly mayNeed?: (order: DeletionOrder) => readonly Concern[];
  /** What a run reads. */
  readonly reads?: (order: DeletionOrder) => readonly Concern[];
}

const GO_BEFORE: Advice = (self, those) => `may be deleted only after this acts: write ${self}.runAfterDeletionOf(${those})`;
const GO_AFTER: Advice = (self, those) => `may be deleted before this acts: write ${self}.runBeforeDeletionOf(${those})`;
const GO_AT_ALL: Advice = () => 'will be retained when the stack is deleted: applyRemovalPolicy(RemovalPolicy.DESTROY) has it deleted';

/** Says so where a stack's deletion may let targets back in, or take away what ending them needs. To be called for validations. */
export function warnOfOrder(resource: CfnResource, { waysBack, mayNeed, reads }: OrderRules): void {
  const order = DeletionOrder.of(resource);
  const peers = order.resources.filter((one) => one !== resource && one.cfnResourceType === resource.cfnResourceType);
  const isClosed = ({ closedBy }: WayBack, by: CfnResource) => closedBy.some((one) => !order.keeperOf(one) && order.isBefore(one, by));
  const isThere = ({ resource: needed }: Concern, by: CfnResource) => order.isBefore(by, needed);
  const isDeleted = ({ resource: one }: Concern) => order.keeperOf(one) === undefined;

  const open = unsettled(waysBack?.(order, resource) ?? [], resource, peers, isClosed);
  // What takes more than an order takes more than a deletion, too.
  const kept = open.filter((way) => !way.advice && !isDeleted(way));
  const keepers = new Set(kept.flatMap(({ resource: one }) => order.keeperOf(one) ?? []));
  warn(resource, 'cdk-teardown:comesBack', 'What this ends may come straight back', [
    ...sentences(
      resource,
      open.filter((way) => !kept.includes(way)),
      GO_BEFORE,
    ),
    ...sentences(
      resource,
      Array.from(keepers, (keeper) => ({ resource: keeper })),
      GO_AT_ALL,
    ),
  ]);

  const read = (reads?.(order) ?? []).filter(isDeleted).filter((one) => !isThere(one, resource));
  const needed = unsettled((mayNeed?.(order) ?? []).filter(isDeleted), resource, peers, isThere);
  warn(resource, 'cdk-teardown:goesFirst', 'What this needs may be gone when it acts', sentences(resource, [...read, ...needed], GO_AFTER));
}

/** Not all in a stack is about this construct's targets: once some is settled for it, what is settled for another of its kind is taken to be that one's. */
function unsettled<T>(all: readonly T[], resource: CfnResource, peers: readonly CfnResource[], isSettled: (one: T, by: CfnResource) => boolean): T[] {
  const open = all.filter((one) => !isSettled(one, resource));
  return open.length < all.length ? open.filter((one) => !peers.some((peer) => isSettled(one, peer))) : open;
}

/** One for all that the same is to be done about. */
function sentences(self: CfnResource, concerns: readonly Concern[], usual: Advice): string[] {
  const advices = [...new Set(concerns.map(({ advice = usual }) => advice))];
  return advices.map((advice) => {
    const those = concerns.filter(({ advice: own = usual }) => own === advice).map(({ resource }) => resource);
    return `${paths(those)} ${advice(variable(self), [...new Set(those.map(variable))].join(', '))}`;
  });
}

function paths(resources: readonly CfnResource[]): string {
  const more = resources.length - MAX_PATHS;
  const named = resources.slice(0, MAX_PATHS).map((resource) => resource.node.path);
  return named.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** As one might call what holds the resource: `policy` for AWS::IoT::Policy, `disconnection` for Custom::MqttDisconnection. */
function variable({ cfnResourceType }: CfnResource): string {
  const name = (cfnResourceType.startsWith('Custom::') && /[A-Z][a-z]+$/.exec(cfnResourceType)?.[0]) || cfnResourceType.split('::').at(-1)!;
  return name[0].toLowerCase() + name.slice(1);
}

function warn(resource: CfnResource, id: string, what: string, why: readonly string[]): void {
  if (why.length === 0) return;
  // On the resource, because CDK does not find what was acknowledged before on the very construct that warns, only on those around it.
  Annotations.of(resource).addWarningV2(id, `${what}. ${why.join('. ')}. Or acknowledge this warning`);
}
