import { App, Fn, Stack, Token } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { ManagedThingDeletion, ManagedThings } from '../../lib';

function newStack(region?: string) {
  return new Stack(new App(), 'Stack', { env: { region } });
}

test('deletes listed things and may touch no other', () => {
  const stack = newStack();
  new ManagedThingDeletion(stack, 'Things', { things: ManagedThings.ids('abc123', Token.asString({ Ref: 'Hub' })), force: true });
  const template = Template.fromStack(stack);
  template.hasResourceProperties('Custom::ManagedThingDeletion', {
    Targets: { Source: 'ids', Ids: ['abc123', { Ref: 'Hub' }] },
    Operation: { Force: true },
  });
  const arn = ['arn:', { Ref: 'AWS::Partition' }, ':iotmanagedintegrations:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }];
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyName: Match.stringLikeRegexp('^ThingsPolicy'),
    PolicyDocument: {
      Statement: [{
        Effect: 'Allow',
        Action: 'iotmanagedintegrations:DeleteManagedThing',
        Resource: [
          { 'Fn::Join': ['', [...arn, ':managed-thing/abc123']] },
          { 'Fn::Join': ['', [...arn, ':managed-thing/', { Ref: 'Hub' }]] },
        ],
      }],
    },
  });
});

test('asks the device unless force is given', () => {
  const stack = newStack();
  new ManagedThingDeletion(stack, 'Things', { things: ManagedThings.ids('abc123') });
  Template.fromStack(stack).hasResourceProperties('Custom::ManagedThingDeletion', { Operation: { Force: false } });
});

test.each([[''], ['a b'], ['a/b'], ['x'.repeat(65)]])('the identifier %j fails at synth', (id) => {
  expect(() => ManagedThings.ids(id)).toThrow(`managed thing id ${JSON.stringify(id)} is not a managed thing identifier`);
});

test('may delete every thing where the list is a token', () => {
  const stack = newStack();
  new ManagedThingDeletion(stack, 'Things', { things: ManagedThings.ids(...Fn.split(',', Fn.importValue('Things'))) });
  expect(JSON.stringify(Template.fromStack(stack).findResources('AWS::IAM::Policy'))).toContain(':managed-thing/*');
});

test('warns in a region that is not known to have the service', () => {
  const stack = newStack('us-east-1');
  new ManagedThingDeletion(stack, 'Things', { things: ManagedThings.ids('abc123') });
  Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp('cdk-teardown:managedIntegrationsRegion'));
});
