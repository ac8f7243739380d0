import { copyFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LambdaRuntime } from './lambda-runtime';
import { SDK_CALLS, type ServiceName } from './services';
import type { LocalAws } from '../../local-aws/local-aws';

export const ON_EVENT = join(__dirname, '..', 'peers', 'on-event.cjs');
const ROLE = 'user';

/** Deploys the user's function of the Provider framework for a service; returns its name. */
export function deployUserFunction(aws: LocalAws, { nodePath }: LambdaRuntime, service: ServiceName): string {
  const { arn: roleArn } = aws.iam.roles.get(ROLE) ?? aws.iam.createRole(ROLE, '/', { Statement: [] });
  aws.iam.putRolePolicy(ROLE, 'All', { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } });
  const folder = mkdtempSync(join(tmpdir(), 'cdk-teardown-bench-'));
  copyFileSync(ON_EVENT, join(folder, 'index.cjs'));
  const name = `user-${service}`;
  aws.lambda.deploy({
    name,
    folder,
    roleArn,
    arn: aws.lambda.arn(name),
    runtime: 'nodejs22.x',
    handler: 'index.handler',
    timeoutSeconds: 60,
    memorySize: 256,
    logGroup: `/aws/lambda/${name}`,
    logFormat: 'Text',
    environment: { NODE_PATH: nodePath, AWS_ENDPOINT_URL: aws.url, OPERATION: JSON.stringify(SDK_CALLS[service]) },
  });
  return name;
}
