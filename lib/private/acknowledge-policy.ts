import { Stack } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { acknowledge } from './acknowledge';
import { OF_INLINE_POLICY } from './cdk-nag';
import { wildcardReasons } from './wildcards';

/** Says why a policy of the library is as it is. */
export function acknowledgePolicy(policy: iam.Policy): void {
  acknowledge(policy, OF_INLINE_POLICY);
  acknowledgeWildcards(policy);
  policy.node.addValidation({
    validate: () => {
      // By now CDK has settled how what is in other stacks is referred to, and that is part of the ids.
      acknowledgeWildcards(policy);
      return [];
    },
  });
}

/** Before Aspects look as well: cdk-nag has one that writes what is acknowledged into the template. */
export function acknowledgeWildcards(policy: iam.Policy): void {
  acknowledge(policy, wildcardReasons(policy.document, Stack.of(policy)));
}
