import type { Clients } from './clients';
import type { Clock } from './clock';
import type { ExampleResult } from './example-result';
import type { Undo } from './undo';

/** What cannot be made by a call, and has to be given. */
export interface Given {
  readonly connectInstanceArn?: string;
  readonly connectFlowId?: string;
  readonly cognitoIdentity?: string;
  readonly hub?: string;
  readonly connectorDevice?: string;
  /** Where MQTT clients connect without TLS, with their certificate's ARN as username: the broker of local-aws. */
  readonly brokerUrl?: string;
}

/** Whom it looks at. */
export interface Account {
  readonly id: string;
  readonly region: string;
  readonly partition: string;
}

/** What a probe has to look with. */
export interface Room {
  readonly account: Account;
  readonly clients: Clients;
  readonly clock: Clock;
  readonly given: Given;
  /** All that is made has a name that begins so. */
  readonly prefix: string;
  readonly undo: Undo;
  /** Texts that must not be shown. */
  readonly secrets: Set<string>;
  /** Of the examples that have been run. */
  readonly examples: readonly ExampleResult[];
}
