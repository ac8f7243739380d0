import { detachPolicy } from './operation';
import { DETACH_POLICY } from './rates';
import { UntilDetached } from './until-detached';
import { IOT_POLICIES_RESOURCE_TYPE } from '../../contract/iot-policies';
import { POLICY_TARGETS } from '../../contract/sources/policy-targets';
import { teardownHandler } from '../run/main';
import type { Service } from '../run/service';
import { policyTargets } from '../sources/policy-targets';

export const service: Service = {
  resourceType: IOT_POLICIES_RESOURCE_TYPE,
  targetName: 'principals',
  endedName: 'detached',
  sources: { policyTargets },
  endsUnlisted: ({ Source }) => Source === POLICY_TARGETS.name,
  operation: detachPolicy,
  order: (parameters, reads) => new UntilDetached(parameters, reads),
  rate: DETACH_POLICY,
  label: (target) => target,
};

export const handler = teardownHandler(service, async () => (await import('../long/long-runs.js')).longRuns);
