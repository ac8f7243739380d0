import { createHash } from 'node:crypto';
import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
  StateMachineDoesNotExist,
  type DescribeExecutionCommandOutput,
  type ListExecutionsCommandOutput,
} from '@aws-sdk/client-sfn';
import { JOIN_PREFIX, RUN_PREFIX } from '../../contract/executions';
import { forReading } from '../clients/client-options';
import type { Reads } from '../calls/reads';
import type { Request } from '../run/request';

const MOST_PAGES = 10;

/** The executions of a provider's state machine. */
export class Executions {
  private readonly client = new SFNClient(forReading('JSON'));

  constructor(private readonly reads: Reads) {}

  /** Once for each request: the second time it is there already. https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html */
  async start(stateMachineArn: string, name: string, state: object): Promise<string> {
    try {
      await this.reads.make(`states:StartExecution on ${stateMachineArn}`, () =>
        this.client.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(state) })),
      );
    } catch (error) {
      if (!(error instanceof ExecutionAlreadyExists)) throw error;
    }
    return executionArn(stateMachineArn, name);
  }

  /** Undefined if there is none. */
  async describe(executionArn: string): Promise<DescribeExecutionCommandOutput | undefined> {
    try {
      return await this.reads.make(`states:DescribeExecution on ${executionArn}`, () => this.client.send(new DescribeExecutionCommand({ executionArn })));
    } catch (error) {
      if (error instanceof ExecutionDoesNotExist) return undefined;
      throw error;
    }
  }

  /** The latest run of a construct, whichever request it was for; of those that are under way, if that is asked. */
  async latestRun(stateMachineArn: string, request: Request, statusFilter?: 'RUNNING'): Promise<string | undefined> {
    const prefix = runName({ ...request, requestId: '' });
    let nextToken: string | undefined;
    for (let page = 1; page <= MOST_PAGES; page += 1) {
      const { executions = [], ...answer } = await this.reads
        .make(`states:ListExecutions on ${stateMachineArn}`, () => this.client.send(new ListExecutionsCommand({ stateMachineArn, statusFilter, nextToken })))
        .catch((error): Partial<ListExecutionsCommandOutput> => {
          // Taken away by hand, and its executions with it.
          if (error instanceof StateMachineDoesNotExist) return {};
          throw error;
        });
      // The latest come first.
      const found = executions.find(({ name }) => name?.startsWith(prefix));
      if (found) return found.executionArn;
      nextToken = answer.nextToken;
      if (nextToken === undefined) break;
    }
    return undefined;
  }

  close(): void {
    this.client.destroy();
  }
}

export function executionArn(stateMachineArn: string, name: string): string {
  return `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
}

export function runName(request: Names): string {
  return `${RUN_PREFIX}${constructHash(request)}-${request.requestId}`;
}

/** Of what waits for another construct's run. */
export function joinName(request: Names): string {
  return `${JOIN_PREFIX}${constructHash(request)}-${request.requestId}`;
}

export function consoleLink(executionArn: string): string {
  const [, partition, , region] = executionArn.split(':');
  const host = partition === 'aws-cn' ? 'console.amazonaws.cn' : partition === 'aws-us-gov' ? 'console.amazonaws-us-gov.com' : 'console.aws.amazon.com';
  return `https://${host}/states/home?region=${region}#/v2/executions/details/${executionArn}`;
}

type Names = Pick<Request, 'stackId' | 'logicalId' | 'requestId'>;

function constructHash({ stackId, logicalId }: Names): string {
  return createHash('sha256').update(`${stackId}|${logicalId}`).digest('hex').slice(0, 16);
}
