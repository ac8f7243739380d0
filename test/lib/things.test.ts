import { Duration, Fn, Token } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Force, ManagedThingDeletion, ManagedThingDeletionProvider, ManagedThings, type ManagedThingDeletionProps } from '../../lib';
import { newStack } from '../support/new-stack';

/* What ManagedThingDeletion declares: its properties, its permissions, and what it refuses. */

test('one thing that is listed alone is not told from hubs', () => {
  const stack = newStack();
  new ManagedThingDeletion(stack, 'Things', { things: ManagedThings.ids('abc123') });
  expect(JSON.stringify(Template.fromStack(stack).findResources('AWS::IAM::Policy'))).not.toContain('ListManagedThings');
});

test('deletes listed things and may touch no other', () => {
  const stack = newStack();
  new ManagedThingDeletion(stack, 'Things', { things: ManagedThings.ids('abc123', Token.asString({ Ref: 'Hub' })), force: Force.always() });
  const template = Template.fromStack(stack);
  template.hasResourceProperties('Custom::ManagedThingDeletion', {
    Targets: { Source: 'ids', Ids: ['abc123', { Ref: 'Hub' }] },
    Operation: { Force: true },
  });
  const arn = ['arn:', { Ref: 'AWS::Partition' }, ':iotmanagedintegrations:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }];
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyName: Match.stringLikeRegexp('^ThingsPolicy'),
    PolicyDocument: {
      Statement: [
        {
          Effect: 'Allow',
          Action: ['iotmanagedintegrations:DeleteManagedThing', 'iotmanagedintegrations:GetManagedThing'],
          Resource: [{ 'Fn::Join': ['', [...arn, ':managed-thing/abc123']] }, { 'Fn::Join': ['', [...arn, ':managed-thing/', { Ref: 'Hub' }]] }],
        },
        { Effect: 'Allow', Action: 'iotmanagedintegrations:ListManagedThings', Resource: '*' },
      ],
    },
  });
});

test.each<[Partial<ManagedThingDeletionProps>, object]>([
  [{}, { Force: false, ForceAfterSeconds: Match.absent(), WaitForDeletion: true, DeleteChildren: Match.absent() }],
  [
    { force: Force.never(), waitForDeletion: false },
    { Force: false, WaitForDeletion: false },
  ],
  [
    { force: Force.after(Duration.minutes(5)), deleteChildren: true },
    { Force: false, ForceAfterSeconds: 300, DeleteChildren: true },
  ],
])('asks the device and waits for it, unless told otherwise: %#', (props, operation) => {
  const stack = newStack();
  new ManagedThingDeletion(stack, 'Things', { things: ManagedThings.ids('abc123'), ...props });
  Template.fromStack(stack).hasResourceProperties('Custom::ManagedThingDeletion', { Operation: operation });
});

test('may delete and list every thing where it deletes children', () => {
  const stack = newStack();
  new ManagedThingDeletion(stack, 'Things', { things: ManagedThings.ids('abc123'), deleteChildren: true });
  const [{ Properties }] = Object.values(
    Template.fromStack(stack).findResources('AWS::IAM::Policy', { Properties: { PolicyName: Match.stringLikeRegexp('^Things') } }),
  );
  expect(Properties.PolicyDocument.Statement).toEqual([
    expect.objectContaining({ Resource: { 'Fn::Join': ['', expect.arrayContaining([':managed-thing/*'])] } }),
    { Effect: 'Allow', Action: 'iotmanagedintegrations:ListManagedThings', Resource: '*' },
  ]);
});

test.each<[Partial<ManagedThingDeletionProps>, string]>([
  [{ force: Force.after(Duration.seconds(781)) }, 'the time of Force.after is 781 seconds: it must be from 1 to 780, a minute less than timeout'],
  [{ force: Force.after(Duration.millis(1500)) }, 'the time of Force.after is 1.5 seconds: it must be from 1 to 780, a minute less than timeout, and whole'],
  [
    { force: Force.after(Duration.seconds(1)), timeout: Duration.minutes(1) },
    'timeout is 60 seconds, which leaves no room for the time of Force.after: raise timeout',
  ],
  [{ force: Force.after(Duration.minutes(1)), waitForDeletion: false }, 'Force.after waits for the polite way to have its time'],
  [{ deleteChildren: true, waitForDeletion: false }, "deleteChildren waits for a hub's children to be gone"],
  [{ maxTargets: 0 }, 'maxTargets is 0'],
])('refuses what cannot be: %#', (props, message) => {
  const stack = newStack();
  expect(() => new ManagedThingDeletion(stack, 'Things', { things: ManagedThings.ids('abc123'), ...props })).toThrow(message);
  expect(Template.fromStack(stack).toJSON().Resources).toBeUndefined();
});

test.each([[''], ['a b'], ['a/b'], ['x'.repeat(65)]])('the identifier %j fails at synth', (id) => {
  expect(() => ManagedThings.ids(id)).toThrow(`managed thing id ${JSON.stringify(id)} is not a managed thing identifier`);
});

test('may delete every thing where the list is a token', () => {
  const stack = newStack();
  new ManagedThingDeletion(stack, 'Things', { things: ManagedThings.ids(...Fn.split(',', Fn.importValue('Things'))) });
  expect(JSON.stringify(Template.fromStack(stack).findResources('AWS::IAM::Policy'))).toContain(':managed-thing/*');
});

test('warns in a region that is not known to have the service, and only there', () => {
  for (const [region, warned] of [
    ['us-east-1', true],
    ['ca-central-1', false],
    ['eu-west-1', false],
    [undefined, false],
  ] as const) {
    const stack = newStack(region);
    new ManagedThingDeletion(stack, 'Things', { things: ManagedThings.ids('abc123') });
    expect(Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('cdk-teardown:managedIntegrationsRegion'))).toHaveLength(warned ? 1 : 0);
  }
});

test('uses the provider that it is given', () => {
  const stack = newStack();
  const provider = new ManagedThingDeletionProvider(stack, 'Mine', { memorySize: 512 });
  expect(new ManagedThingDeletion(stack, 'Things', { things: ManagedThings.ids('abc123'), provider }).provider).toBe(provider);
  Template.fromStack(stack).resourceCountIs('AWS::Lambda::Function', 1);
});
