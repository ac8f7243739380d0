import { PutParameterCommand, SSMClient, type ParameterType } from '@aws-sdk/client-ssm';
import type { LocalAws } from '../../local-aws/local-aws';

/** A parameter that no stack owns, as CloudFormation makes no SecureStrings. */
export async function storeParameter(aws: LocalAws, Name: string, Value: string, Type: ParameterType = 'SecureString'): Promise<void> {
  const client = new SSMClient({ endpoint: aws.url, region: aws.region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } });
  await client.send(new PutParameterCommand({ Name, Value, Type, Overwrite: true }));
  client.destroy();
}
