import type { Fields } from '../../contract/fields';
import type { Calls } from '../calls/calls';
import type { Rate } from '../calls/pace';
import type { Reads } from '../calls/reads';
import type { Request } from './request';
import type { Ending, Tally } from './tally';
import type { Source } from '../targets/source';
import type { Target } from '../targets/target';

/** Knows how to end one target. */
export interface Operation {
  end(target: Target, calls: Calls): Promise<Ending>;
  /** It sees for itself that a target has ended. */
  readonly confirms?: boolean;
  close(): void;
}

/** Finds what must end besides what the source finds: what hangs on targets and ends before them, or is there once they have ended. */
export interface Order {
  /** The targets with all that must end with them, to be counted. */
  all(targets: AsyncIterable<Target>): AsyncIterable<Target>;
  /** Whether it gives out `again` what is there although it has ended. */
  readonly repeats?: boolean;
  /**
   * The same, each when its turn has come.
   *
   * @param ended waits until a target that was given out has been dealt with; false if it has not ended
   * @param hasFailed an invocation before this one failed to end some
   */
  inTurn(targets: AsyncIterable<Target>, ended: (id: string) => Promise<boolean>, hasFailed: boolean): AsyncIterable<Target>;
  close(): void;
}

/** What differs between the services. */
export interface Service {
  /** Of the custom resource: CloudFormation must not ask one service to end another's targets. */
  readonly resourceType: string;
  /** A target's name in the plural, for people. */
  readonly targetName: string;
  /** What ending is called: "disconnected", "deleted". */
  readonly endedName: string;
  /** A target's id is a secret, or what a service tells of it is personal: nothing is told that a service wrote. */
  readonly hasSecrets?: boolean;
  readonly sources: Readonly<Record<string, Source>>;
  /** Whether a source lists a target until it has ended, and then no more. */
  endsUnlisted?(source: Fields): boolean;
  operation(parameters: Fields, reads: Reads): Promise<Operation> | Operation;
  /** Undefined where no target hangs on another. */
  order?(parameters: Fields, reads: Reads): Order;
  /** Why a run in which nothing failed may not pass for a success; undefined if it may. */
  doubt?(tally: Tally, parameters: Fields, request: Request, reads: Reads): Promise<string | undefined>;
  /** Of the call that ends a target: 90 % of AWS's documented default quota. */
  readonly rate: Rate;
  /** How a target appears in logs and answers. */
  label(id: string): string;
  /** What the service would refuse about a target, in words that follow its label. */
  problemOf?(id: string): string | undefined;
}
