import type { CfnResource, ResourceEnvironment } from 'aws-cdk-lib';
import type { DeletionOrder } from './deletion-order';
import { differ } from './environment';
import type { Concern } from './order-warnings';

/** The resources of a type that are what a construct knows by a name instead of by a reference. */
export function namedResources(order: DeletionOrder, type: string, property: string, name: string, where?: ResourceEnvironment): Concern[] {
  return order
    .ofType(type)
    .filter((one) => isNamed(order, one, property, name))
    .filter(({ stack }) => !where || !(differ(where.region, stack.region) || differ(where.account, stack.account)))
    .map((resource) => ({ resource }));
}

export function isNamed(order: DeletionOrder, resource: CfnResource, property: string, name: string): boolean {
  const own = order.propertiesOf(resource)[property];
  return own !== undefined && JSON.stringify(own) === JSON.stringify(resource.stack.resolve(name));
}
