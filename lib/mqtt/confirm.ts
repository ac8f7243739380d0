import type { Duration } from 'aws-cdk-lib';
import { durationProblem } from '../private/value-problems';

/**
 * What a disconnection makes sure of after the call.
 *
 * `DeleteConnection` does not keep a client from connecting again. A client that is back counts as reconnected, which fails the run as a
 * failed target does.
 *
 * @example
 *
 * import { Duration } from 'aws-cdk-lib';
 * import { Confirm, MqttClients, MqttDisconnection } from 'cdk-teardown';
 *
 * new MqttDisconnection(this, 'Kiosks', {
 *   clients: MqttClients.inThingGroup('kiosks'),
 *   confirm: Confirm.staysDisconnected(Duration.seconds(30)),
 * });
 */
export class Confirm {
  /**
   * Nothing: a client counts as ended when AWS IoT has accepted the call.
   */
  public static none(): Confirm {
    return new Confirm(false);
  }

  /**
   * That the client is not connected a second later (`GetConnection`). One that is back is not disconnected again.
   */
  public static disconnected(): Confirm {
    return new Confirm(true);
  }

  /**
   * That the client stays away for this time: that it is not connected a second later, and not when the time has passed.
   *
   * A client that is back is disconnected again, a second later at first and then at growing intervals of up to half a minute, until it has
   * stayed away for the time. One that has not when the run's time is up counts as reconnected. A policy that was detached or deleted
   * before the run may let a client in for another 6 to 8 minutes.
   *
   * @param duration whole seconds, from 1 to a minute less than `timeout`, in which finding and disconnecting the clients must fit as well
   * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-policies.html
   */
  public static staysDisconnected(duration: Duration): Confirm {
    const problem = durationProblem(duration);
    if (problem) throw new Error(`the time of Confirm.staysDisconnected ${problem}`);
    return new Confirm(true, duration);
  }

  /** @internal */
  public readonly _kind = 'Confirm';

  /** @internal */
  public readonly _asks: boolean;

  /** @internal */
  public readonly _away?: Duration;

  private constructor(asks: boolean, away?: Duration) {
    this._asks = asks;
    this._away = away;
  }
}
