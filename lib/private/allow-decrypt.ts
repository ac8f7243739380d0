import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import type { DeletionOrder } from './deletion-order';
import { namedResources } from './named-resources';
import type { Concern } from './order-warnings';

/**
 * Lets the grantee decrypt with the key through one service only. On both sides: the key's policy may not trust the account's, and the
 * key may be one whose policy CDK cannot change.
 *
 * @param region of what is encrypted with the key, which the service's endpoint is in
 */
export function allowDecrypt(keyOrAlias: kms.IKey, grantee: iam.IGrantable, stack: Stack, service: string, region: string): void {
  const key = targetOf(keyOrAlias);
  const alias = aliasNameOf(key);
  const endpoint = `${service}.${region}.amazonaws.com`;
  grantee.grantPrincipal.addToPrincipalPolicy(
    new iam.PolicyStatement({
      actions: ['kms:Decrypt'],
      resources: [alias === undefined ? key.keyArn : stack.formatArn({ service: 'kms', resource: 'key', resourceName: '*', ...key.env })],
      conditions: {
        StringEquals: { 'kms:ViaService': endpoint },
        ...(alias !== undefined && { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': alias } }),
      },
    }),
  );
  // The policy of a key in another stack cannot name a role of this one, and that of an alias's unknown key cannot be changed.
  if (alias === undefined && Stack.of(key) === stack) key.grantDecrypt(new kms.ViaServicePrincipal(endpoint, grantee.grantPrincipal));
}

/** What is allowed only while it stands, besides the key. */
export function aliasesOf(keyOrAlias: kms.IKey | undefined, order: DeletionOrder): Concern[] {
  const key = keyOrAlias && targetOf(keyOrAlias);
  const alias = key && aliasNameOf(key);
  return alias === undefined ? [] : namedResources(order, 'AWS::KMS::Alias', 'AliasName', alias, key!.env);
}

/** The key that an alias stands for, where CDK knows it. */
function targetOf(key: kms.IKey): kms.IKey {
  if (!('aliasName' in key)) return key;
  try {
    return targetOf((key as kms.IAlias).aliasTargetKey);
  } catch {
    // `Alias.fromAliasName` knows only the name.
    return key;
  }
}

/**
 * IAM knows keys by their ids only; what it knows of aliases is a condition.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
 */
function aliasNameOf(key: kms.IKey): string | undefined {
  // `Key.fromKeyArn` takes an alias's ARN as well.
  return 'aliasName' in key ? (key as kms.IAlias).aliasName : /:(alias\/.+)$/.exec(key.keyArn)?.[1];
}
