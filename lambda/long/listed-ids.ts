import { CloudFormationClient, DescribeStackResourceCommand } from '@aws-sdk/client-cloudformation';
import { Explained } from '../../contract/explained-error';
import { record, texts, type Fields } from '../../contract/fields';
import { WORK } from '../../contract/settings';
import { IDS, IDS_METADATA } from '../../contract/sources/ids';
import type { Reads } from '../calls/reads';
import { forReading } from '../clients/client-options';
import type { Request } from '../run/request';

/**
 * The ids that the template lists, from the metadata of the custom resource, in which intrinsic functions are resolved:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResource.html
 */
export async function listedIds(
  { stackId: StackName, logicalId: LogicalResourceId }: Pick<Request, 'stackId' | 'logicalId'>,
  reads: Reads,
): Promise<readonly string[]> {
  const client = new CloudFormationClient(forReading());
  try {
    const { StackResourceDetail } = await reads.make(`cloudformation:DescribeStackResource on ${StackName}`, () =>
      client.send(new DescribeStackResourceCommand({ StackName, LogicalResourceId })),
    );
    const metadata: unknown = JSON.parse(StackResourceDetail?.Metadata ?? '{}');
    return texts.read(record.read({ Metadata: metadata }, 'Metadata'), IDS_METADATA);
  } catch (error) {
    throw new Explained(`the listed ids could not be read again: ${reads.described(error)}`);
  } finally {
    client.destroy();
  }
}

/** Undefined where the targets are none that the template lists. */
export function idsOf(properties: Fields): readonly string[] | undefined {
  const { Targets } = WORK.read(properties);
  return Targets.Source === IDS.name ? IDS.read(Targets).Ids : undefined;
}

/** The properties with the ids that no state machine carries. */
export async function withListedIds(request: Request, reads: Reads): Promise<Fields> {
  const { properties } = request;
  const work = WORK.read(properties);
  if (work.Targets.Source !== IDS.name) return properties;
  return { ...properties, ...WORK.write({ ...work, Targets: IDS.write({ Ids: await listedIds(request, reads) }) }) };
}
