import { IoTClient, ListTargetsForPolicyCommand, ResourceNotFoundException } from '@aws-sdk/client-iot';
import { Explained } from '../../contract/explained-error';
import type { Fields } from '../../contract/fields';
import { POLICY_TARGETS } from '../../contract/sources/policy-targets';
import type { Reads } from '../calls/reads';
import { forReading } from '../clients/client-options';
import { idIn, listed, walked } from '../reading/pages';
import type { Target } from '../targets/target';

/** Of 10 a second: https://docs.aws.amazon.com/general/latest/gr/iot-core.html#throttling-limits */
const PAGES = { perSecond: 9, burst: 1 };

/** What an IoT policy is attached to; nothing where there is no such policy. */
export async function* policyTargets(parameters: Fields, reads: Reads): AsyncGenerator<Target> {
  const client = new IoTClient(forReading('JSON'));
  try {
    yield* listPolicyTargets(client, POLICY_TARGETS.read(parameters).PolicyName, reads);
  } finally {
    client.destroy();
  }
}

/** Also for what is attached later. https://docs.aws.amazon.com/iot/latest/apireference/API_ListTargetsForPolicy.html */
export function listPolicyTargets(client: IoTClient, policyName: string, reads: Reads): AsyncGenerator<Target> {
  const what = `targets of the IoT policy ${policyName}`;
  return walked(reads.paces.of('ListTargetsForPolicy', PAGES), what, async (marker) => {
    const answer = await reads
      .make(`iot:ListTargetsForPolicy on policy/${policyName}`, () => client.send(new ListTargetsForPolicyCommand({ policyName, pageSize: 250, marker })))
      .catch((error) => {
        if (error instanceof ResourceNotFoundException) return { targets: [], nextMarker: undefined };
        throw new Explained(`the ${what} could not be listed: ${reads.described(error)}`);
      });
    return { items: listed(answer.targets, what).map((id) => ({ id: idIn(id, `the list of ${what}`) })), next: answer.nextMarker };
  });
}
