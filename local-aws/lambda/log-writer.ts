import type { Iam } from '../iam/iam';
import type { Logs } from '../logs/logs';
import { AwsError, NotImplemented, type Caller } from '../service';

/** Writes what a function logs with the rights of the function's own role, as Lambda does. */
export class LogWriter {
  constructor(
    private readonly logs: Logs,
    private readonly iam: Iam,
    private readonly caller: Caller,
    private readonly group: string,
    private readonly stream: string,
  ) {}

  write(message: string): void {
    try {
      this.ensureStream();
      this.allowed('logs:PutLogEvents');
      this.logs.write(this.group, this.stream, { timestamp: Date.now(), message });
    } catch (error) {
      // Lambda drops what the role may not write.
      if (error instanceof NotImplemented) process.emitWarning(error.message);
      else if (!(error instanceof AwsError)) throw error;
    }
  }

  private ensureStream(): void {
    if (!this.logs.groups.has(this.group)) {
      this.allowed('logs:CreateLogGroup', '');
      this.logs.createGroup(this.group);
    }
    if (!this.logs.groups.get(this.group)!.streams.has(this.stream)) {
      this.allowed('logs:CreateLogStream');
      this.logs.createStream(this.group, this.stream);
    }
  }

  private allowed(action: string, stream = this.stream): void {
    this.iam.check(this.caller, action, this.logs.streamArn(this.group, stream));
  }
}
