import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** What an invocation comes to, as Lambda reports it. */
export type Outcome = { result: unknown } | { error: FunctionError };

export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: string[];
}

export interface Invocation {
  readonly requestId: string;
  readonly event: unknown;
}

/** Longer than Lambda's 10 seconds, on a machine that has much else to do. */
const LONGEST_LOADING_SECONDS = 60;
const BOOTSTRAP = path.join(__dirname, 'bootstrap.cjs');

/** One process that runs a function's handler, one event at a time, and stays warm in between. */
export class ExecutionEnvironment {
  busy = false;
  /** Set when the process is of no more use. */
  gone = false;
  private readonly process: ChildProcess;
  private readonly exited: Promise<unknown>;
  private readonly endOfLogs = `end-of-logs-${randomUUID()}`;
  private logsEnded: () => void = () => undefined;

  constructor(
    node: string,
    env: Record<string, string>,
    private readonly onLog: (line: string) => void,
  ) {
    // Nothing of this process's environment leaks into the function's.
    this.process = spawn(node, [BOOTSTRAP], {
      cwd: env.LAMBDA_TASK_ROOT,
      env,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.exited = once(this.process, 'exit').then(() => (this.gone = true));
    let ended = 0;
    for (const stream of [this.process.stdout!, this.process.stderr!]) {
      createInterface(stream).on('line', (line) => {
        if (line !== this.endOfLogs) this.onLog(line);
        else if (++ended % 2 === 0) this.logsEnded();
      });
    }
  }

  async invoke({ requestId, event }: Invocation, timeoutSeconds: number, toldSeconds: number, context: object): Promise<Outcome> {
    this.busy = true;
    const logsEnded = new Promise<void>((resolve) => (this.logsEnded = resolve));
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<Outcome>((resolve) => {
        let timedOut = false;
        const killAfter = (seconds: number) => {
          clearTimeout(timer);
          timer = setTimeout(() => {
            timedOut = true;
            void this.kill();
          }, seconds * 1000);
        };
        killAfter(LONGEST_LOADING_SECONDS + timeoutSeconds);
        this.process.on('message', (message: Outcome | 'BEGUN') => {
          if (message === 'BEGUN') killAfter(timeoutSeconds);
          else void logsEnded.then(() => resolve(message));
        });
        this.process.once('close', (code, signal) => {
          if (timedOut) {
            const errorMessage = `${new Date().toISOString()} ${requestId} Task timed out after ${timeoutSeconds.toFixed(2)} seconds`;
            return resolve({ error: { errorType: 'Sandbox.Timedout', errorMessage } });
          }
          const status = code === null ? `signal: ${signal === 'SIGKILL' ? 'killed' : signal}` : `exit status ${code}`;
          return resolve({ error: { errorType: 'Runtime.ExitError', errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: ${status}` } });
        });
        this.process.send({ event, toldSeconds, context: { awsRequestId: requestId, ...context }, endOfLogs: this.endOfLogs }, () => undefined);
      });
    } finally {
      clearTimeout(timer);
      this.process.removeAllListeners('message');
      this.process.removeAllListeners('close');
      this.busy = false;
    }
  }

  async kill(): Promise<void> {
    this.gone = true;
    this.process.kill('SIGKILL');
    await this.exited;
  }
}
