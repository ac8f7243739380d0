import type { Iam } from '../iam/iam';
import { jsonReply } from '../json-protocol';
import type { Outcome } from '../lambda/execution-environment';
import { AccessDenied, AwsError, type Api, type Call, type Reply, type Service } from '../service';
import { integer, oneOf, required, text } from '../shapes';
import type { Definition } from './definition';
import { Interpreter, type End } from './interpreter';

export interface StepFunctionsOptions {
  readonly region: string;
  readonly account: string;
  readonly iam: Iam;
  /** Waits for what a function answers. */
  invoke(functionArn: string, event: object): Promise<Outcome>;
  /** In place of what a state's Retry says, in milliseconds. */
  readonly retryIntervalMs?: number;
}

export interface StateMachine {
  readonly arn: string;
  readonly name: string;
  roleArn: string;
  definition: Definition;
  isDeleted: boolean;
}

export interface Execution {
  readonly arn: string;
  readonly name: string;
  readonly machine: StateMachine;
  readonly input: string;
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';
  readonly startDate: number;
  stopDate?: number;
  output?: string;
  error?: string;
  cause?: string;
  /** What its tasks were given and gave, for tests. */
  readonly history: string[];
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const MOST_BYTES = 262_144;
/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html */
const NAMES_ARE_TAKEN_FOR_MS = 90 * 24 * 60 * 60_000;
const PAGE = 100;

const ARN = text({ min: 1, max: 256 });
const NAME = text({ min: 1, max: 80 });
const STATUS = oneOf('RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED', 'PENDING_REDRIVE');

/** State machines and their executions. */
export class StepFunctions implements Service {
  readonly signingNames = ['states'];
  readonly protocol = 'json';
  readonly denial = { code: 'AccessDeniedException', status: 400 };
  readonly machines = new Map<string, StateMachine>();
  /** The latest first. */
  readonly executions: Execution[] = [];
  /** Told of each execution that has ended. */
  onEnd: (execution: Execution) => void = () => undefined;
  private readonly interpreter: Interpreter;

  constructor(readonly options: StepFunctionsOptions) {
    this.interpreter = new Interpreter(options.retryIntervalMs);
  }

  handle(call: Call): Promise<Reply> {
    return jsonReply(this.api, 'AWSStepFunctions', call);
  }

  readonly api: Api<object> = {
    name: 'states',
    prefix: 'states',
    invalid: 'ValidationException',
    operations: {
      StartExecution: {
        members: { stateMachineArn: required(ARN), name: NAME, input: text({ max: MOST_BYTES, sensitive: true }) },
        on: ({ stateMachineArn }) => stateMachineArn,
        handle: ({ stateMachineArn, name, input = '{}' }) => {
          const { arn, startDate } = this.start(stateMachineArn, name ?? crypto.randomUUID(), input);
          return { executionArn: arn, startDate };
        },
      },
      DescribeExecution: {
        members: { executionArn: required(ARN) },
        on: ({ executionArn }) => executionArn,
        handle: ({ executionArn }) => {
          const { arn, machine, history: _history, ...execution } = this.find(executionArn);
          return { executionArn: arn, stateMachineArn: machine.arn, ...execution };
        },
      },
      StopExecution: {
        members: { executionArn: required(ARN), error: text({ min: 0, max: 256, sensitive: true }), cause: text({ min: 0, max: 32768, sensitive: true }) },
        on: ({ executionArn }) => executionArn,
        handle: ({ executionArn, error, cause }) => {
          const execution = this.find(executionArn);
          if (execution.status === 'RUNNING') this.end(execution, { status: 'ABORTED', error, cause });
          return { stopDate: execution.stopDate };
        },
      },
      ListExecutions: {
        members: { stateMachineArn: ARN, statusFilter: STATUS, maxResults: integer({ min: 0, max: 1000 }), nextToken: text({ min: 1, max: 3096 }) },
        // Executions of map runs are not there.
        on: ({ stateMachineArn }) => stateMachineArn ?? [],
        handle: ({ stateMachineArn, statusFilter, maxResults, nextToken }) => this.list(stateMachineArn, statusFilter, maxResults || PAGE, nextToken),
      },
    },
  };

  /** Waits for nothing: an execution goes on by itself. */
  start(stateMachineArn: string, name: string, input: string): Execution {
    const machine = this.machines.get(stateMachineArn);
    if (!machine) throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${stateMachineArn}'`);
    if (!/^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]{1,80}$/u.test(name)) throw new AwsError('InvalidName', `Invalid Name: '${name}'`);
    const given = parsed(input);
    const arn = `${machine.arn.replace(':stateMachine:', ':execution:')}:${name}`;
    const before = this.executions.find((execution) => execution.arn === arn && Date.now() - execution.startDate * 1000 < NAMES_ARE_TAKEN_FOR_MS);
    if (before) {
      if (before.status === 'RUNNING' && before.input === input) return before;
      throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
    }
    const execution: Execution = { arn, name, machine, input, status: 'RUNNING', startDate: Date.now() / 1000, history: [] };
    this.executions.unshift(execution);
    this.interpreter.start(arn, {
      definition: machine.definition,
      input: given,
      task: (resource, event) => this.carryOut(execution, resource, event as object),
      end: (end) => this.end(execution, outcomeOf(end)),
    });
    return execution;
  }

  find(executionArn: string): Execution {
    const execution = this.executions.find(({ arn }) => arn === executionArn);
    if (!execution) throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${executionArn}'`);
    return execution;
  }

  /** Its executions end at their next transition: https://docs.aws.amazon.com/step-functions/latest/apireference/API_DeleteStateMachine.html */
  delete(arn: string): void {
    const machine = this.machines.get(arn);
    if (!machine) return;
    machine.isDeleted = true;
    this.machines.delete(arn);
  }

  async stop(): Promise<void> {
    await this.interpreter.stop();
  }

  private async carryOut(execution: Execution, functionArn: string, event: object): Promise<unknown> {
    const { machine, history } = execution;
    if (machine.isDeleted) return this.abandon(execution);
    history.push(JSON.stringify(event));
    this.allow(machine, functionArn);
    const outcome = await this.options.invoke(functionArn, event);
    if (machine.isDeleted) return this.abandon(execution);
    // https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
    if ('error' in outcome) throw Object.assign(new Error(outcome.error.errorMessage), { name: outcome.error.errorType });
    const result = JSON.stringify(outcome.result);
    history.push(result);
    if (Buffer.byteLength(result) > MOST_BYTES) {
      this.end(execution, {
        status: 'FAILED',
        error: 'States.DataLimitExceeded',
        cause: 'The state/task returned a result with a size exceeding the maximum number of bytes',
      });
      return new Promise(() => undefined);
    }
    return outcome.result;
  }

  private allow({ roleArn }: StateMachine, functionArn: string): void {
    try {
      this.options.iam.check({ kind: 'function', roleArn, session: 'states' }, 'lambda:InvokeFunction', functionArn);
    } catch (error) {
      throw error instanceof AccessDenied ? Object.assign(new Error(error.message), { name: 'Lambda.AWSLambdaException' }) : error;
    }
  }

  private abandon(execution: Execution): Promise<never> {
    if (execution.status === 'RUNNING') this.end(execution, { status: 'ABORTED' });
    return new Promise(() => undefined);
  }

  private end(execution: Execution, end: Pick<Execution, 'status' | 'output' | 'error' | 'cause'>): void {
    if (execution.status !== 'RUNNING') return;
    this.interpreter.abort(execution.arn);
    Object.assign(execution, end, { stopDate: Date.now() / 1000 });
    this.onEnd(execution);
  }

  private list(stateMachineArn: string | undefined, statusFilter: string | undefined, size: number, token = '0'): object {
    if (stateMachineArn === undefined) throw new AwsError('ValidationException', 'Must provide either a State Machine ARN or a Map Run ARN');
    if (!this.machines.has(stateMachineArn)) throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${stateMachineArn}'`);
    if (!/^\d+$/.test(token)) throw new AwsError('InvalidToken', `Invalid Token: '${token}'`);
    const all = this.executions.filter(({ machine, status }) => machine.arn === stateMachineArn && (statusFilter ?? status) === status);
    const from = Number(token);
    return {
      executions: all
        .slice(from, from + size)
        .map(({ arn, name, status, startDate, stopDate }) => ({ executionArn: arn, stateMachineArn, name, status, startDate, stopDate })),
      nextToken: from + size < all.length ? String(from + size) : undefined,
    };
  }
}

function outcomeOf(end: End): Pick<Execution, 'status' | 'output' | 'error' | 'cause'> {
  return 'output' in end ? { status: 'SUCCEEDED', output: JSON.stringify(end.output) } : { status: 'FAILED', error: end.error.name, cause: end.error.message };
}

function parsed(input: string): unknown {
  try {
    return JSON.parse(input);
  } catch {
    throw new AwsError('InvalidExecutionInput', "Invalid State Machine Execution Input: 'the input is not JSON'");
  }
}
