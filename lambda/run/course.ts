import type { Outcome } from './tally';

/** What has become of each target. */
export interface Record {
  /** It may have ended. */
  called(id: string): void;
  /** It need not be dealt with again. */
  settle(id: string, outcome?: Outcome): void;
}

/** A run of several invocations, as one of them sees it. */
export interface Course {
  /** Of those that an invocation before this one called and did not see end, how many the source lists no more: nobody can look at them. */
  readonly unlisted: number;
  /** Whether an invocation before this one has dealt with it, as far as can be told. */
  wasSettled(id: string): boolean;
  /**
   * It is there again, or has come meanwhile, and must be dealt with.
   *
   * @param wasCalled it is there again
   */
  reopen(id: string, wasCalled: boolean): void;
}
