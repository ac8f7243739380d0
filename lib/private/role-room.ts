import { Annotations, Names } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

/** Characters of all inline policies of a role: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const ROOM = 10_240;
/** What each policy has around its actions and resources. */
const POLICY_CHARACTERS = 100;
/** The provider's own policy. */
const PROVIDER_CHARACTERS = 600;

// Not on the role itself, which may be the user's.
const taken = new WeakMap<IRole, number>();

/** Says so when a role cannot carry its constructs' policies, or not while one of them changes. */
export function takeRoom(scope: Construct, role: IRole, characters: number): void {
  const own = characters + POLICY_CHARACTERS;
  const total = (taken.get(role) ?? PROVIDER_CHARACTERS) + own;
  taken.set(role, total);
  const advice = 'give some of its constructs a provider of their own';
  if (total > ROOM) {
    Annotations.of(scope).addError(`the role of ${Names.uniqueId(role)} would have about ${total} characters of inline policy, and IAM allows ${ROOM}: ${advice}`);
  } else if (total + own > ROOM) {
    Annotations.of(scope).addWarningV2('cdk-teardown:roleNearlyFull',
      `the role of ${Names.uniqueId(role)} has about ${total} of ${ROOM} characters of inline policy; an update that changes the targets holds `
      + `this construct's policy twice for a while and may fail: ${advice}`);
  }
}
