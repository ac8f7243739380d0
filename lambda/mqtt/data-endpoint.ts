import { DescribeEndpointCommand, IoTClient } from '@aws-sdk/client-iot';
import { Explained } from '../../contract/explained-error';
import { forReading } from '../clients/client-options';
import type { Reads } from '../calls/reads';

/** The account's own, which AWS asks callers to use: https://docs.aws.amazon.com/iot/latest/apireference/API_DescribeEndpoint.html */
export async function describeDataEndpoint(reads: Reads): Promise<string> {
  const control = new IoTClient(forReading('JSON'));
  try {
    const { endpointAddress } = await reads.make('iot:DescribeEndpoint', () => control.send(new DescribeEndpointCommand({ endpointType: 'iot:Data-ATS' })));
    if (!endpointAddress) throw new Explained('AWS IoT named none');
    return endpointAddress;
  } catch (error) {
    throw new Explained(
      `the data endpoint of AWS IoT could not be found (${reads.described(error)}): allow iot:DescribeEndpoint, or give the construct its endpoint`,
    );
  } finally {
    control.destroy();
  }
}
