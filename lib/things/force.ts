import type { Duration } from 'aws-cdk-lib';
import { durationProblem } from '../private/value-problems';

/**
 * Whether a managed thing is deleted in the cloud without its device.
 *
 * AWS advises against it: a device that was not asked keeps believing that it is registered, and may need a factory reset.
 *
 * @see https://docs.aws.amazon.com/iot-mi/latest/devguide/managedintegrations-hub-offboard.html
 *
 * @example
 *
 * import { Duration } from 'aws-cdk-lib';
 * import { Force, ManagedThingDeletion, ManagedThings } from 'cdk-teardown';
 *
 * new ManagedThingDeletion(this, 'Devices', {
 *   things: ManagedThings.matching({ owner: 'alice' }),
 *   force: Force.after(Duration.minutes(5)),
 * });
 */
export class Force {
  /**
   * The device is asked, and the thing goes when it has acknowledged.
   */
  public static never(): Force {
    return new Force(false);
  }

  /**
   * The device is not asked.
   */
  public static always(): Force {
    return new Force(true);
  }

  /**
   * The device is asked. A thing that is still there when this time has passed is deleted without it. For devices that may be offline.
   *
   * @param duration whole seconds, from 1 to a minute less than `timeout`, counted for each thing from when its deletion was accepted
   */
  public static after(duration: Duration): Force {
    const problem = durationProblem(duration);
    if (problem) throw new Error(`the time of Force.after ${problem}`);
    return new Force(false, duration);
  }

  /** @internal */
  public readonly _kind = 'Force';

  /** @internal */
  public readonly _atOnce: boolean;

  /** @internal */
  public readonly _after?: Duration;

  private constructor(atOnce: boolean, after?: Duration) {
    this._atOnce = atOnce;
    this._after = after;
  }
}
