import { Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { FLEET_INDEX, fleetQuery, MAX_QUERY_LENGTH } from '../../contract/sources/fleet-index';
import type { TargetSource } from '../private/target-source';
import { nameProblem, shown } from '../private/value-problems';

/**
 * How the fleet index is asked.
 */
export interface FleetQueryOptions {
  /**
   * Whether things are meant that are not connected as far as the index knows: to miss none that connected just now, or, with
   * `cleanSession`, to end persistent sessions of clients that are offline. The latter follows from AWS's developer guide, but the API
   * reference speaks of connected clients only: it is not confirmed. Otherwise `connectivity.connected:true` is added to the query.
   *
   * @default false
   */
  readonly includeDisconnected?: boolean;
}

/** What `MqttClients.matching` binds to. */
export function fleetIndexSource(query: string, options: FleetQueryOptions): TargetSource {
  const includeDisconnected = options.includeDisconnected ?? false;
  if (!Token.isUnresolved(query)) {
    if (nameProblem(query)) throw new Error(`query ${shown(query)} is empty: write one, "thingName:*" for every thing`);
    const { length } = fleetQuery(query, includeDisconnected);
    if (length > MAX_QUERY_LENGTH) {
      const added = length - query.length;
      throw new Error(
        `query ${JSON.stringify(`${query.slice(0, 40)}…`)} has ${query.length} characters${added > 0 ? ` and ${added} are added` : ''}: ` +
          `the fleet index takes at most ${MAX_QUERY_LENGTH}`,
      );
    }
  }
  return {
    properties: FLEET_INDEX.write({ Query: query, IncludeDisconnected: includeDisconnected }),
    grantRead: (grantee, stack) => {
      iam.Grant.addToPrincipal({
        grantee,
        actions: ['iot:SearchIndex'],
        resourceArns: [stack.formatArn({ service: 'iot', resource: 'index', resourceName: 'AWS_Things' })],
      });
      // To tell that connectivity is not indexed, in which case nothing would be found. The action knows no resource.
      if (!includeDisconnected) iam.Grant.addToPrincipal({ grantee, actions: ['iot:GetIndexingConfiguration'], resourceArns: ['*'] });
    },
  };
}
