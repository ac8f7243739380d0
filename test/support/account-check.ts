import { setTimeout as sleep } from 'node:timers/promises';
import { ListStacksCommand } from '@aws-sdk/client-cloudformation';
import { AccountCheck, type Results } from '../../account-check/check';
import { Clients } from '../../account-check/clients';
import type { Clock } from '../../account-check/clock';
import type { Cdk } from '../../account-check/examples';
import type { Given } from '../../account-check/room';
import { LocalAws, type LocalAwsOptions } from '../../local-aws/local-aws';

/** Stands still but for those who wait. */
export class StandingClock implements Clock {
  private time = Date.now();
  readonly now = () => this.time;
  readonly sleep = async (milliseconds: number) => {
    this.time += milliseconds;
    // For what the stand-in does in time of its own.
    await sleep(5);
  };
}

/** Looks more often. */
export const IMPATIENT: Clock = { now: Date.now, sleep: (milliseconds) => sleep(Math.min(milliseconds, 50)) };

export interface Scenery {
  readonly options?: LocalAwsOptions;
  readonly given?: Given | ((aws: LocalAws) => Given);
  readonly clock?: Clock;
  /** Changes what AWS answers. */
  readonly lie?: (clients: Clients) => void;
  readonly cdk?: (aws: LocalAws) => Cdk;
  readonly examples?: readonly string[];
  readonly prepare?: (aws: LocalAws) => void;
}

const NO_CDK: Cdk = { list: async () => [], deploy: () => Promise.reject(new Error('no CLI')), destroy: () => Promise.reject(new Error('no CLI')) };

/** What is found on a stand-in, which has nothing that the check made when it is over. */
export async function check(rows: readonly string[], scenery: Scenery = {}): Promise<Results> {
  const aws = await LocalAws.start({ quotas: { iot: 'none', connect: 'none', things: 'none' }, ...scenery.options });
  const clients = await clientsOf(aws);
  try {
    scenery.prepare?.(aws);
    scenery.lie?.(clients);
    const given = typeof scenery.given === 'function' ? scenery.given(aws) : scenery.given;
    const account = await AccountCheck.open(clients, { given: { brokerUrl: aws.iot.brokerUrl, ...given }, clock: scenery.clock });
    const results = await account.run(rows, scenery.examples ?? [], scenery.cdk?.(aws) ?? NO_CDK);
    expect({ left: results.left, ...(await thereIn(aws, clients)) }).toEqual({ left: [], policies: [], certificates: [], things: [], stacks: [], contacts: 0 });
    return results;
  } finally {
    clients.close();
    await aws.stop();
  }
}

export function clientsOf(aws: LocalAws): Promise<Clients> {
  return Clients.open({ endpoint: aws.url, region: aws.region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } });
}

/** What a check may make. */
export async function thereIn(aws: LocalAws, { cloudformation }: Pick<Clients, 'cloudformation'>) {
  const { StackSummaries = [] } = await cloudformation.send(new ListStacksCommand({}));
  return {
    policies: aws.iot.policyNames,
    certificates: aws.iot.certificateIds,
    // CloudFormation does not wait for the device.
    things: aws.things.list().filter(({ Name, ProvisioningStatus }) => Name !== NOT_MADE_BY_IT && ProvisioningStatus !== 'DELETE_IN_PROGRESS'),
    stacks: StackSummaries.filter(({ StackStatus, StackName }) => StackStatus !== 'DELETE_COMPLETE' && StackName !== 'CDKToolkit'),
    contacts: aws.connect.participants.filter(({ contactId }) => aws.connect.endOf(contactId) === undefined).length,
  };
}

/** The name of what a test gives to the check. */
export const NOT_MADE_BY_IT = 'given';

/** `verdict: what was seen` of one row. */
export async function lookedAt(row: string, scenery?: Scenery): Promise<string> {
  const { findings } = await check([row], scenery);
  return `${findings[0].finding.verdict}: ${findings[0].finding.seen}`;
}

type Answer = (honest: () => Promise<any>, input: any) => Promise<object>;

/** Answers a command in AWS's place. */
export function lieTo(client: { middlewareStack: { add(middleware: any, options: any): void } }, command: string, answer: Answer): void {
  client.middlewareStack.add(
    (next: (args: any) => Promise<{ output: object }>, { commandName }: { commandName: string }) =>
      async (args: { input: object }) =>
        commandName === `${command}Command` ? { output: await answer(async () => (await next(args)).output, args.input) } : next(args),
    { step: 'initialize' },
  );
}

export function awsError(status: number, name: string, message = 'No'): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status } });
}
