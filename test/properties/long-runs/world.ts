import { setTimeout as sleep } from 'node:timers/promises';
import { IDS, IDS_METADATA } from '../../../contract/sources/ids';
import { longRuns } from '../../../lambda/long/long-runs';
import { teardownHandler } from '../../../lambda/run/main';
import { contextOf, MACHINE, type StateMachine } from '../../support/state-machine';
import type { VirtualTime } from '../../support/virtual-time';
import type { History } from './history';
import { Invocation, Targets } from './targets';

/** What an invocation keeps for handing over. */
const RESERVED_MS = 10_000;
/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html */
const LAMBDA_TRIES_AGAIN_MS = [60_000, 120_000];
/** As the state machine's definition has it. */
const MACHINE_TRIES_AGAIN_MS = [5_000, 10_000, 20_000];
/** Far more than any history takes. */
const MOST_INVOCATIONS = 200;

class Killed extends Error {}

export interface GivenAnswer {
  readonly at: number;
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly RequestId: string;
  readonly Reason?: string;
  readonly Data: Readonly<Record<string, string>>;
}

/** CloudFormation, Lambda, Step Functions and a person, as far as one construct sees them, while a history happens to it. */
export class World {
  readonly invocations: Invocation[] = [];
  readonly answers: GivenAnswer[] = [];
  /** When each was stopped. */
  readonly stopped = new Map<string, number>();
  readonly targets: Targets;
  private readonly handler: ReturnType<typeof teardownHandler>;
  private stackStatus = 'CREATE_COMPLETE';
  /** Of the resource, with their times. */
  readonly events: Array<readonly [status: string, at: number]> = [];
  private readonly actors: Array<Promise<unknown>> = [];
  private readonly carried = new Set<string>();
  private stretches = 0;
  private hasLeft = false;
  private onAnswer: () => void = () => undefined;

  constructor(
    private readonly history: History,
    readonly machine: StateMachine,
    private readonly time: VirtualTime,
    private readonly answerUrl: string,
  ) {
    this.targets = new Targets(history, time);
    this.handler = teardownHandler(this.targets.service, async () => longRuns);
  }

  /** Returns when nobody does anything any more. */
  async live(): Promise<void> {
    const { stop, leaves } = this.history;
    this.act(this.destroyAgainAndAgain());
    if (stop !== undefined) this.act(this.stopAll(stop));
    if (leaves) this.act(sleep(leaves.at).then(() => this.leave(leaves.stackStatus)));
    for (let n = 0; n < this.actors.length; n += 1) await this.actors[n];
  }

  receive(answer: Omit<GivenAnswer, 'at'>): void {
    this.answers.push({ ...answer, at: Date.now() });
    this.onAnswer();
  }

  /** CloudFormation's answers, in XML. */
  answerTo(operation: string): string {
    switch (operation) {
      case 'DescribeStacks':
        return `<Stacks><member><StackName>S</StackName><StackStatus>${this.stackStatus}</StackStatus></member></Stacks>`;
      case 'DescribeStackResource': {
        const metadata = JSON.stringify({ [IDS_METADATA]: this.history.targets.map(({ id }) => id) });
        return `<StackResourceDetail><LogicalResourceId>It</LogicalResourceId><Metadata>${metadata}</Metadata></StackResourceDetail>`;
      }
      case 'DescribeStackEvents': {
        const events = this.events.map(
          ([status, at]) => `<member><LogicalResourceId>It</LogicalResourceId><ResourceStatus>${status}</ResourceStatus>
            <Timestamp>${new Date(at).toISOString()}</Timestamp></member>`,
        );
        return `<StackEvents>${events.reverse().join('')}</StackEvents>`;
      }
      default:
        throw new Error(`${operation} is not scripted`);
    }
  }

  private async destroyAgainAndAgain(): Promise<void> {
    const { destroys, waits } = this.history;
    for (const [n, { after, again }] of destroys.entries()) {
      if (n > 0) await sleep(after);
      if (this.hasLeft) return;
      this.happens('DELETE_IN_PROGRESS');
      const event = this.request(`r${n}`);
      this.act(this.deliver(event));
      for (const late of again) this.act(sleep(late).then(() => this.deliver(event)));
      const isAnswered = new Promise<void>((resolve) => {
        this.onAnswer = () => this.answers.some(({ RequestId }) => RequestId === event.RequestId) && resolve();
      });
      await Promise.race([isAnswered, sleep(waits * 1000)]);
      if (this.hasLeft) return;
      const [answer] = this.answers.filter(({ RequestId }) => RequestId === event.RequestId);
      this.happens(answer?.Status === 'SUCCESS' ? 'DELETE_COMPLETE' : 'DELETE_FAILED');
      if (answer?.Status === 'SUCCESS') return;
    }
  }

  private act(actor: Promise<unknown>): void {
    this.actors.push(actor);
    // It is waited for in its turn.
    actor.catch(() => undefined);
  }

  private happens(status: string): void {
    this.stackStatus = status;
    this.events.push([status, Date.now()]);
  }

  private leave(stackStatus: string): void {
    this.hasLeft = true;
    this.stackStatus = stackStatus;
  }

  /** Lambda's asynchronous invocation: again after a function that died. */
  private async deliver(event: { readonly RequestId: string }): Promise<void> {
    for (const pause of [...LAMBDA_TRIES_AGAIN_MS, undefined]) {
      const { milliseconds, kills } = this.nextStretch();
      const isLast = pause === undefined;
      const invocation = this.invocation(event.RequestId, 'REQUEST');
      try {
        await this.invoke(invocation, event, milliseconds, isLast ? undefined : kills[0]);
        const { of, begunAt, endedAt } = invocation;
        const hasAnswered = this.answers.some(({ RequestId, at }) => RequestId === of && at === endedAt);
        const own = this.machine.executions.find(({ name }) => name.endsWith(`-${of}`));
        invocation.isKept = hasAnswered || (own !== undefined && JSON.parse(own.input).Since.begun === begunAt);
        return;
      } catch (error) {
        if (!(error instanceof Killed) || isLast) throw error;
        await sleep(pause);
      }
    }
  }

  /** Step Functions, for one execution. */
  private async carry(name: string): Promise<void> {
    const { machine } = this;
    for (let goesOn = true; goesOn;) {
      const { milliseconds, kills } = this.nextStretch();
      const { Next } = machine.stateOf(name);
      if (Next === 'REPORT' && this.history.reportsTwice) {
        await this.invoke(this.invocation(name, 'REPORT'), { Task: 'REPORT', State: machine.stateOf(name) }, milliseconds);
        await sleep(MACHINE_TRIES_AGAIN_MS[0]);
        if (this.stopped.has(name)) return;
      }
      for (let attempt = 0; ; attempt += 1) {
        const invocation = this.invocation(name, Next as 'WORK' | 'REPORT');
        try {
          goesOn = await machine.step(name, (event) => this.invoke(invocation, event, milliseconds, kills[attempt]), RESERVED_MS + milliseconds);
          invocation.isKept = !this.stopped.has(name);
          break;
        } catch (error) {
          if (!(error instanceof Killed)) throw error;
          if (this.stopped.has(name)) return;
          if (attempt === MACHINE_TRIES_AGAIN_MS.length) {
            machine.fail(name, 'Sandbox.Timedout');
            break;
          }
          await sleep(MACHINE_TRIES_AGAIN_MS[attempt]);
          if (this.stopped.has(name)) return;
        }
      }
    }
  }

  private async stopAll(at: number): Promise<void> {
    await sleep(at);
    const running = this.machine.executions.filter(({ status }) => status === 'RUNNING');
    for (const { name } of running) {
      this.machine.stopExecution(name);
      this.stopped.set(name, Date.now());
    }
    await sleep(1_000);
    for (const { name, executionArn: Execution } of running) {
      const State = { Next: 'REPORT', Stopped: { Execution, Status: 'ABORTED' } };
      await this.invoke(this.invocation(name, 'RULE'), { Task: 'REPORT', State }, 60_000);
    }
  }

  private nextStretch() {
    const { stretches } = this.history;
    this.stretches += 1;
    return stretches[(this.stretches - 1) % stretches.length];
  }

  private invocation(of: string, task: Invocation['task']): Invocation {
    const invocation = new Invocation(of, task, this.stackStatus);
    this.invocations.push(invocation);
    if (this.invocations.length > MOST_INVOCATIONS) throw new Error(`${of} goes round and round`);
    return invocation;
  }

  /** @param kill after which share of the stretch */
  private async invoke(invocation: Invocation, event: object, milliseconds: number, kill?: number): Promise<object | void> {
    const handled = this.time.live(invocation, () => this.handler({ ...event }, contextOf(RESERVED_MS + milliseconds)));
    const killed = new Promise<never>((_, reject) => {
      if (kill === undefined) return;
      setTimeout(() => {
        if (invocation.endedAt < Infinity) return;
        invocation.isKilled = true;
        reject(new Killed());
      }, kill * milliseconds);
    });
    try {
      return await Promise.race([handled, killed]);
    } finally {
      invocation.endedAt = Date.now();
      for (const { name } of this.machine.executions) {
        if (this.carried.has(name)) continue;
        this.carried.add(name);
        this.act(this.carry(name));
      }
    }
  }

  private request(RequestId: string) {
    const { targets, isListed, waits, outlasts, onFailure, perSecond } = this.history;
    const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
    return {
      RequestType: 'Delete',
      StackId: 'arn:aws:cloudformation:eu-west-1:123456789012:stack/S/1',
      RequestId,
      LogicalResourceId: 'It',
      PhysicalResourceId: 'cdk-teardown/it',
      ResourceType: 'Custom::MqttDisconnection',
      ResponseURL: `${this.answerUrl}?X-Amz-Date=${date}`,
      ResourceProperties: {
        Targets: isListed ? IDS.write({ Ids: targets.map(({ id }) => id) }) : { Source: 'list' },
        RunOn: ['TEARDOWN'],
        OnFailure: onFailure,
        TimeoutSeconds: String(outlasts ? 7_200 : waits),
        ServiceTimeout: String(waits),
        RequestsPerSecond: String(perSecond),
        StateMachineArn: MACHINE,
      },
    };
  }
}
