import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';

/**
 * Lets the grantee decrypt with the key through one service only. On both sides: the key's policy may not trust the account's, and the
 * key may be one whose policy CDK cannot change.
 *
 * @param owner what is encrypted with the key; the service's endpoint is in its region
 */
export function allowDecrypt(key: kms.IKey, grantee: iam.IGrantable, stack: Stack, service: string, owner: { readonly stack: Stack }): void {
  const endpoint = `${service}.${owner.stack.region}.amazonaws.com`;
  grantee.grantPrincipal.addToPrincipalPolicy(new iam.PolicyStatement({
    actions: ['kms:Decrypt'],
    resources: [key.keyArn],
    conditions: { StringEquals: { 'kms:ViaService': endpoint } },
  }));
  // The policy of a key in another stack cannot name a role of this one.
  if (Stack.of(key) === stack) key.grantDecrypt(new kms.ViaServicePrincipal(endpoint, grantee.grantPrincipal));
}
