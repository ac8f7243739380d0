import type { LocalAws } from '../local-aws';
import { definitionIn } from '../step-functions/definition';
import { Fleet } from '../test/support/mqtt-device';

/** What no API brings about: live connections, devices, a role's credentials; and what the services declare. */
export async function prepare(aws: LocalAws): Promise<{ facts: object; close: () => Promise<void> }> {
  const fleet = new Fleet(aws);
  await fleet.connect('kiosk-1');
  await fleet.connect('kiosk-2', { clean: false });
  const role = aws.iam.createRole('Powerless', '/', { Statement: [] });
  const hub = aws.things.create({ Role: 'CONTROLLER' });
  aws.things.create({ ParentControllerId: hub.Id });
  aws.s3.buckets.set('bucket', { objects: new Map(), sseAlgorithm: 'AES256' });
  const stateMachine = `arn:aws:states:${aws.region}:${aws.account}:stateMachine:waits`;
  const definition = definitionIn(JSON.stringify({ StartAt: 'Wait', States: { Wait: { Type: 'Wait', Seconds: 600, End: true } } }));
  aws.stepFunctions.machines.set(stateMachine, { arn: stateMachine, name: 'waits', roleArn: role.arn, definition, isDeleted: false });
  const facts = {
    stateMachine,
    endpoint: aws.url,
    region: aws.region,
    instanceId: aws.connect.instanceId,
    transferredCall: aws.connect.startContact({ channel: 'VOICE', initiationMethod: 'TRANSFER' }).id,
    principal: fleet.principal,
    hub: hub.Id,
    cloudToCloud: aws.things.create({ ConnectorDestinationId: 'd' }).Id,
    role: role.arn,
    powerless: aws.iam.issueCredentials(role.arn, 'powerless'),
    services: aws.services.map(({ signingNames, protocol, denial, api }) => ({
      signingName: signingNames[0],
      protocol,
      denial,
      invalid: api?.invalid,
      operations: api && declared(api.operations),
    })),
  };
  return { facts, close: () => fleet.leave() };
}

function declared(operations: Readonly<Record<string, { http?: string; members: object; on?: unknown }>>): object {
  return Object.fromEntries(Object.entries(operations).map(([name, { http, members, on }]) => [name, { http, members, authorized: on !== undefined }]));
}
