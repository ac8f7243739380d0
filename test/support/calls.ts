import { Calls, type Run } from '../../lambda/calls/calls';
import { Denials } from '../../lambda/calls/denials';
import { Words } from '../../lambda/calls/redaction';
import { Pace } from '../../lambda/calls/pace';

function alone(milliseconds: number): Run {
  return {
    pace: new Pace({ perSecond: 1_000, burst: 1 }),
    deadline: performance.now() + milliseconds,
    denials: new Denials(false, 0),
    words: new Words(false),
    track: (call) => call(),
    onThrottled: () => undefined,
  };
}

/** The calls for a target that is alone in its run. */
export function callsFor(milliseconds = 60_000): Calls {
  return new Calls(alone(milliseconds));
}

/** The same, in a run that has time for so many pauses, which are noted and not waited for. */
export class Hasty extends Calls {
  readonly pauses: number[] = [];

  constructor(
    more: Partial<Run> = {},
    private readonly most = 100,
  ) {
    super({ ...alone(Infinity), ...more });
  }

  override get millisecondsLeft(): number {
    return this.pauses.length < this.most ? Infinity : 0;
  }

  override async pause(milliseconds: number): Promise<boolean> {
    if (this.millisecondsLeft === 0) return false;
    this.pauses.push(milliseconds);
    return true;
  }
}
