import type { Resources } from '../stacks';

/** What a custom resource answers to each request, and how long it takes over a deletion. */
export interface Odd {
  readonly Label: string;
  readonly Update?: 'FAILED';
  readonly Delete?: 'SILENCE';
  readonly DeletionTakesSeconds?: string;
  readonly ServiceTimeout?: number;
}

/** Does what the properties of the resource say: a rollback brings back old properties, and with them old manners. */
const CODE = `exports.handler = async (event) => {
  const { ResourceProperties: how, RequestType, ResponseURL, StackId, RequestId, LogicalResourceId } = event;
  const Status = how[RequestType] || 'SUCCESS';
  if (Status === 'SILENCE') return;
  const seconds = RequestType === 'Delete' ? Number(how.DeletionTakesSeconds || 0) : 0;
  await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
  const answer = { Status, Reason: 'as its properties say', PhysicalResourceId: 'odd', StackId, RequestId, LogicalResourceId };
  await fetch(ResponseURL, { method: 'PUT', body: Buffer.from(JSON.stringify(answer)) });
};`;

/** A custom resource named Odd, with its function. */
export function oddResource(properties: Odd, attributes: object = {}): Resources {
  return {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        },
      },
    },
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: { Runtime: 'nodejs22.x', Handler: 'index.handler', Timeout: 60, Role: { 'Fn::GetAtt': ['Role', 'Arn'] }, Code: { ZipFile: CODE } },
    },
    Odd: { Type: 'Custom::Odd', Properties: { ServiceToken: { 'Fn::GetAtt': ['Function', 'Arn'] }, ...properties }, ...attributes },
  };
}

/** That CloudFormation cannot make. */
export function impossible(...DependsOn: string[]): Resources {
  return { Impossible: { Type: 'AWS::IoT::Policy', DependsOn, Properties: { PolicyDocument: { Version: '2012-10-17', Statement: [] } } } };
}
