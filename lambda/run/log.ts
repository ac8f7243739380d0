import { Logger } from '@aws-lambda-powertools/logger';
import type { Failure } from '../calls/failure';
import type { MomentName } from '../../contract/settings';
import type { Decision } from './decision';
import type { ProgressReport } from './progress';
import { WHY_RECONNECTED } from './reason';
import type { Request } from './request';
import type { Tally } from './tally';

/**
 * A request's lines in the log, each with the keys that people search for. Powertools, with its metrics, is a tenth of the code and 4 ms of a
 * start: little for log levels and formats that people know.
 */
export class Log {
  private readonly logger = new Logger({ serviceName: 'cdk-teardown' });

  /** On every line from now on. */
  about({ stackId, requestId, logicalId, type }: Request): void {
    this.logger.appendKeys({ stackId, requestId, logicalId, requestType: type });
  }

  decided({ because, acts }: Decision): void {
    this.logger.info('decided', { because, moments: acts.map(({ moment }) => moment) });
  }

  found(found: number): void {
    this.logger.info('progress', { found });
  }

  progress(report: ProgressReport): void {
    this.logger.info('progress', { ...report });
  }

  failed(target: string, { name, message }: Failure): void {
    this.logger.error('target failed', { target, error: name, reason: message });
  }

  reconnected(target: string): void {
    this.logger.error('target connected again', { target, reason: WHY_RECONNECTED });
  }

  noLongerListed(count: number): void {
    this.logger.warn('no longer listed', { count });
  }

  wentOn(reason: string): void {
    this.logger.error('went on although it failed', { reason });
  }

  runIsOver(moment: MomentName, { counts, throttled }: Tally): void {
    this.logger.info('run is over', { moment, ...counts, throttled });
  }

  goesOn(execution: string): void {
    this.logger.info('goes on in a state machine', { execution });
  }

  waitsFor(execution: string): void {
    this.logger.info('waits for a run that is under way', { execution });
  }

  wasDelivered(execution: string): void {
    this.logger.info('this request was delivered before', { execution });
  }

  cannotGoOn(reason: string): void {
    this.logger.warn('the run must end with this invocation', { reason });
  }

  wasStopped(status: string, execution: string): void {
    this.logger.error('the run was stopped', { status, execution });
  }

  answered(reason?: string): void {
    if (reason === undefined) this.logger.info('answered SUCCESS');
    else this.logger.error('answered FAILED', { reason });
  }
}
