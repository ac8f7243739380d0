import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { teardownHandler } from '../../lambda/run/main';
import type { State } from '../../lambda/long/state';

export const MACHINE = 'arn:aws:states:eu-west-1:123456789012:stateMachine:carries-on';

interface Execution {
  readonly executionArn: string;
  readonly name: string;
  readonly input: string;
  status: string;
  output?: string;
  readonly startDate: number;
  stopDate?: number;
}

/** A state machine whose states are entered one by one, when a test says so. Its calls come over HTTP. */
export class StateMachine {
  readonly executions: Execution[] = [];
  /** All that any state was given, or gave. */
  readonly seen: string[] = [];
  private readonly states = new Map<string, any>();
  private readonly refused = new Map<string, string>();
  private readonly server: Server = createServer((request, response) => {
    void json(request).then((input: any) => {
      const operation = String(request.headers['x-amz-target']).split('.')[1];
      const [status, answer] = this.answerTo(operation, input);
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(answer));
    });
  });

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Enters the next state of an execution; false if there is none. What comes of it after the execution was stopped is lost. */
  async step(name: string, handler: ReturnType<typeof teardownHandler>, remainingMs: number): Promise<boolean> {
    const execution = this.executions.find((one) => one.name === name)!;
    const state: State = this.states.get(name);
    if (state.Next === 'END') return false;
    const next = JSON.parse(JSON.stringify(await handler({ Task: state.Next, State: { ...state } }, contextOf(remainingMs))));
    if (execution.status !== 'RUNNING') return false;
    this.enter(name, next);
    if (next.Next !== 'END') return true;
    this.end(execution, 'SUCCEEDED', JSON.stringify(next));
    return false;
  }

  /** What its worker throws to the last leads to. */
  fail(name: string, Error: string): void {
    this.enter(name, { ...this.states.get(name), Next: 'REPORT', Failure: { Error } });
  }

  stopExecution(name: string): void {
    this.end(
      this.executions.find((one) => one.name === name)!,
      'ABORTED',
    );
  }

  /** From now on an operation is. */
  refuses(operation: string, error = 'AccessDeniedException'): void {
    this.refused.set(operation, error);
  }

  stateOf(name: string): State {
    return this.states.get(name);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private enter(name: string, state: object): void {
    this.states.set(name, state);
    this.seen.push(JSON.stringify(state));
  }

  private end(execution: Execution, status: string, output?: string): void {
    Object.assign(execution, { status, output, stopDate: Date.now() / 1000 });
  }

  private answerTo(
    operation: string,
    { name, input, executionArn, statusFilter }: { name: string; input: string; executionArn: string; statusFilter?: string },
  ): [number, object] {
    if (this.refused.has(operation)) return [400, { __type: this.refused.get(operation), message: operation }];
    switch (operation) {
      case 'StartExecution': {
        if (this.executions.some((one) => one.name === name)) return [400, { __type: 'ExecutionAlreadyExists', message: 'Execution Already Exists' }];
        const arn = `${MACHINE.replace(':stateMachine:', ':execution:')}:${name}`;
        this.executions.unshift({ executionArn: arn, name, input, status: 'RUNNING', startDate: Date.now() / 1000 });
        this.enter(name, JSON.parse(input));
        return [200, { executionArn: arn, startDate: Date.now() / 1000 }];
      }
      case 'DescribeExecution': {
        const found = this.executions.find((one) => one.executionArn === executionArn);
        return found ? [200, found] : [400, { __type: 'ExecutionDoesNotExist', message: 'Execution Does Not Exist' }];
      }
      case 'ListExecutions':
        return [
          200,
          {
            executions: this.executions.filter(({ status }) => (statusFilter ?? status) === status).map(({ input: _input, output: _output, ...rest }) => rest),
          },
        ];
      default:
        return [501, { __type: 'NotImplemented', message: operation }];
    }
  }
}

export function contextOf(remainingMs: number) {
  const until = performance.now() + remainingMs;
  return { logStreamName: 'log-stream', getRemainingTimeInMillis: () => until - performance.now() };
}
