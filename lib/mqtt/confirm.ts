import type { Duration } from 'aws-cdk-lib';

/**
 * What a disconnection makes sure of after the call.
 *
 * `DeleteConnection` does not keep a client from connecting again. A client that is found to be back counts as reconnected, which fails
 * the run as a failed target does.
 */
export abstract class Confirm {
  /**
   * Nothing: a client counts as ended when AWS IoT has accepted the call.
   */
  public static none(): Confirm {
    return new Confirmation(false);
  }

  /**
   * That the client is not connected a second later (`GetConnection`).
   */
  public static disconnected(): Confirm {
    return new Confirmation(true);
  }

  /**
   * That the client is not connected a second later, and not when this time has passed.
   *
   * A policy that was detached or deleted before the run may let a client in for another 6 to 8 minutes.
   *
   * @param duration from 1 second to a minute less than `timeout`
   * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-policies.html
   */
  public static staysDisconnected(duration: Duration): Confirm {
    return new Confirmation(true, duration);
  }

  /** @internal */
  public abstract readonly _asks: boolean;

  /** @internal */
  public abstract readonly _away?: Duration;
}

class Confirmation extends Confirm {
  constructor(public readonly _asks: boolean, public readonly _away?: Duration) {
    super();
  }
}
