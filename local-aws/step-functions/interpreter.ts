import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { NEWEST_RUNTIME, nodeOf, RUNTIMES_PACKAGE } from '../lambda/runtimes';

export interface Failure {
  readonly name: string;
  readonly message: string;
}

/** What becomes of an execution. */
export type End = { readonly output: unknown } | { readonly error: Failure };

export interface Run {
  readonly definition: object;
  readonly input: unknown;
  /** Throws what the task fails with. */
  task(resource: string, input: unknown): Promise<unknown>;
  end(end: End): void;
}

type Message = { type: 'task' | 'end'; execution: string; task: number; resource: string; input: unknown } & End;

const SCRIPT = path.join(__dirname, 'interpreter.mjs');

/**
 * Interprets Amazon States Language by the package aws-local-stepfunctions, which needs Node 22: one process for all executions, started when
 * there is a first.
 */
export class Interpreter {
  private process?: ChildProcess;
  private readonly runs = new Map<string, Run>();

  /** @param retryIntervalMs in place of what a state's Retry says */
  constructor(private readonly retryIntervalMs?: number) {}

  start(execution: string, run: Run): void {
    this.runs.set(execution, run);
    this.process ??= this.spawn();
    this.send({ type: 'start', execution, definition: run.definition, input: run.input, retryInterval: this.retryIntervalMs });
  }

  /** Nothing more is heard of it. */
  abort(execution: string): void {
    this.runs.delete(execution);
    this.send({ type: 'abort', execution });
  }

  async stop(): Promise<void> {
    const { process } = this;
    this.runs.clear();
    if (!process || process.exitCode !== null || process.signalCode !== null) return;
    const exited = new Promise((resolve) => process.once('exit', resolve));
    process.kill('SIGKILL');
    await exited;
  }

  private send(message: object, to = this.process): void {
    to?.send(message, () => undefined);
  }

  private spawn(): ChildProcess {
    const child = fork(SCRIPT, [RUNTIMES_PACKAGE], { execPath: nodeOf(NEWEST_RUNTIME), execArgv: [], env: {} });
    child.on('message', (message: any) => void this.receive(message, child));
    child.once('exit', () => {
      // Whatever ended it: no execution passes for one that came to its end.
      for (const [execution, run] of this.runs) {
        this.runs.delete(execution);
        run.end({ error: { name: 'States.Runtime', message: 'the interpreter has ended' } });
      }
      this.process = undefined;
    });
    return child;
  }

  private async receive(message: Message, child: ChildProcess): Promise<void> {
    const run = this.runs.get(message.execution);
    if (!run) return;
    if (message.type === 'end') {
      this.runs.delete(message.execution);
      run.end(message);
      return;
    }
    const { task } = message;
    try {
      this.send({ type: 'answer', task, result: await run.task(message.resource, message.input) }, child);
    } catch (error) {
      const { name, message: text } = error as Error;
      this.send({ type: 'answer', task, error: { name, message: text } }, child);
    }
  }
}
