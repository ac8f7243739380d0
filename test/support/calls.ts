import { Calls } from '../../lambda/run/calls';
import { Pace } from '../../lambda/run/pace';

/** The calls for a target that is alone in its run. */
export function callsFor(milliseconds = 60_000): Calls {
  return new Calls({
    pace: new Pace({ perSecond: 1_000, burst: 1 }),
    deadline: performance.now() + milliseconds,
    track: (call) => call(),
    onThrottled: () => undefined,
    hasActive: false,
    passively: (wait) => wait(),
  });
}
