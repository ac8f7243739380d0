import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { ChatDisconnection, ChatParticipants, MqttClients, MqttDisconnection, type Confirm, type MqttDisconnectionProvider } from '../../lib';
import { sizeOf } from '../../local-aws/iam/policy-document';

/* Stacks with many constructs that share one role, and its policies as IAM gets them. */

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const INLINE = 10_240;
export const MANAGED = 6_144;

export const newStack = (app = new App(), id = 'Stack') => new Stack(app, id, { env: { account: '123456789012', region: 'ca-central-1' } });
export const times = <T>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n));

export function chats(stack: Stack, count: number) {
  return times(
    count,
    (n) =>
      new ChatDisconnection(stack, `Chats${n}`, {
        participants: ChatParticipants.fromSecret(new Secret(stack, `Tokens${n}`, { encryptionKey: new Key(stack, `Key${n}`) })),
      }),
  );
}

/** Each with a policy of about 150 characters a client. */
export function disconnections(stack: Stack, count: number, clients: number, props: { provider?: MqttDisconnectionProvider; confirm?: Confirm } = {}) {
  return times(
    count,
    (n) =>
      new MqttDisconnection(stack, `Kiosks${n}`, {
        clients: MqttClients.ids(...times(clients, (client) => `${n}-${client}-`.padEnd(100, 'x'))),
        ...props,
      }),
  );
}

export const inlineOf = (stack: Stack) => Template.fromStack(stack).findResources('AWS::IAM::Policy');
export const managedOf = (stack: Stack) => Template.fromStack(stack).findResources('AWS::IAM::ManagedPolicy');

/** As IAM gets it, with names as CloudFormation and the services generate them. */
function deployed(document: any): any {
  return JSON.parse(
    JSON.stringify(document)
      .replace(/\{"Ref":"AWS::Partition"\}/g, '"aws"')
      .replace(/\{"Ref":"AWS::StackId"\}/g, `"arn:aws:cloudformation:ca-central-1:123456789012:stack/Stack/${'x'.repeat(36)}"`)
      .replace(/\{"Ref":"(Tokens\w+)"\}/g, '"arn:aws:secretsmanager:ca-central-1:123456789012:secret:$1-ABCDEFGHIJKL-abcdef"')
      .replace(/\{"Fn::GetAtt":\["Key\w+","Arn"\]\}/g, `"arn:aws:kms:ca-central-1:123456789012:key/${'x'.repeat(36)}"`)
      .replace(/\{"Fn::GetAtt":\["(\w+Log\w+)","Arn"\]\}/g, '"arn:aws:logs:ca-central-1:123456789012:log-group:Stack-$1-ABCDEFGHIJKL:*"')
      .replace(/\{"Fn::Join":\["",(\[[^\]]*\])\]\}/g, (_, parts) => JSON.stringify(JSON.parse(parts).join(''))),
  );
}

export const size = ({ Properties }: any) => sizeOf(deployed(Properties.PolicyDocument));
export const sum = (numbers: number[]) => numbers.reduce((total, one) => total + one, 0);
