import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from '../run/result';
import { outlastsAnswer } from '../calls/deadline';
import type { HandOver, LongRequest } from '../run/long-runs';
import { eventsOf } from '../clients/stack-events';
import { consoleLink, executionArn, Executions, joinName, runName } from './executions';
import { joinLater } from './hand-over';
import type { Result } from './state';

const BETWEEN_LOOKS_MS = 5_000;

/** What another delivery of the request, or a run of an earlier one, has made of it; undefined if there is none. */
export async function earlier(long: LongRequest): Promise<Answer | HandOver | undefined> {
  const { request, stateMachineArn, reads, limits, log } = long;
  const executions = new Executions(reads);
  try {
    for (const name of [runName(request), joinName(request)]) {
      const own = await executions.describe(executionArn(stateMachineArn, name));
      if (own) {
        // That one answers, or has.
        log.wasDelivered(consoleLink(own.executionArn!));
        return async () => undefined;
      }
    }
    if (request.type !== 'Delete') return undefined;
    const running = await executions.latestRun(stateMachineArn, request, 'RUNNING');
    // Of a run that does not outlast its answer nobody waits for news.
    const latest = running ?? (outlastsAnswer(request.properties) ? await executions.latestRun(stateMachineArn, request) : undefined);
    if (latest === undefined) return undefined;
    const ended = await resultOf(latest, executions, limits.deadline, () => log.waitsFor(consoleLink(latest)));
    if (ended === 'RUNNING') return joinLater(long, latest);
    return ended && (running !== undefined || (await isNews(ended, long))) ? ended.result.Answer : undefined;
  } finally {
    executions.close();
  }
}

export interface EndedRun {
  readonly result: Result;
  readonly stoppedAt: number;
}

/**
 * Waits for an execution.
 *
 * @returns undefined for one that came to no result; RUNNING if it has not ended by the deadline
 */
export async function resultOf(executionArn: string, executions: Executions, deadline: number, onWait: () => void): Promise<EndedRun | 'RUNNING' | undefined> {
  for (let look = 1; ; look += 1) {
    const execution = await executions.describe(executionArn);
    if (execution?.status !== 'RUNNING') {
      if (execution?.status !== 'SUCCEEDED') return undefined;
      return { result: JSON.parse(execution.output!), stoppedAt: execution.stopDate!.getTime() };
    }
    if (look === 1) onWait();
    const left = deadline - performance.now();
    if (left <= 0) return 'RUNNING';
    // To the deadline: where that is when CloudFormation must be answered, another invocation would have no more time than this one.
    await sleep(Math.min(BETWEEN_LOOKS_MS, left));
  }
}

/** Whether nobody has been told: no answer came after its end. */
async function isNews({ result, stoppedAt }: EndedRun, { request, reads }: LongRequest): Promise<boolean> {
  if (result.IsAnswered) return false;
  for await (const { ResourceStatus, Timestamp } of eventsOf(request, reads)) {
    if (ResourceStatus === 'DELETE_FAILED') return Timestamp!.getTime() < stoppedAt;
    if (!ResourceStatus?.startsWith('DELETE_')) break;
  }
  return true;
}
