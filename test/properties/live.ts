import type { Contact } from '../../local-aws/connect/contacts';
import type { LocalAws } from '../../local-aws/local-aws';

/** The live targets of a world, by letters. */
export interface Live {
  readonly resourceType: string;
  /** Of the custom resource. */
  readonly operation: object;
  /** What ends one of them, for a policy. */
  readonly action: string;
  idOf(letter: string): string;
  arnOf(letter: string): string;
  /** Those that have ended are there again. */
  comeBack(): void;
  alive(): string[];
}

export type LiveKind = 'MQTT clients' | 'contacts';

export function liveOf(kind: LiveKind, aws: LocalAws, world: string, letters: readonly string[]): Live {
  return kind === 'contacts' ? new LiveContacts(aws, letters) : new LiveClients(aws, world, letters);
}

/** The broker knows none of them, so 404 is as good as 200. */
class LiveClients implements Live {
  readonly resourceType = 'Custom::MqttDisconnection';
  readonly operation = { CleanSession: false, PreventWillMessage: false };
  readonly action = 'iot:DeleteConnection';
  private seenCalls: number;
  private readonly living = new Set<string>();

  constructor(
    private readonly aws: LocalAws,
    private readonly world: string,
    private readonly letters: readonly string[],
  ) {
    this.seenCalls = aws.calls.length;
    this.comeBack();
  }

  idOf(letter: string): string {
    return `${this.world}-${letter}`;
  }

  arnOf(letter: string): string {
    return `arn:aws:iot:${this.aws.region}:${this.aws.account}:client/${this.idOf(letter)}`;
  }

  /** As devices do that connect again. */
  comeBack(): void {
    for (const letter of this.letters) this.living.add(letter);
  }

  /** Those that no DeleteConnection has named since they came back. */
  alive(): string[] {
    for (const { path, method, status } of this.aws.calls.slice(this.seenCalls)) {
      const [, world, letter] = /^\/connections\/(.+)-(\w)$/.exec(path) ?? [];
      if (world === this.world && method === 'DELETE' && status !== 403) this.living.delete(letter);
    }
    this.seenCalls = this.aws.calls.length;
    return [...this.living].sort();
  }
}

class LiveContacts implements Live {
  readonly resourceType = 'Custom::ContactStop';
  readonly operation: object;
  readonly action = 'connect:StopContact';
  private readonly contacts: ReadonlyMap<string, Contact>;

  constructor(
    private readonly aws: LocalAws,
    letters: readonly string[],
  ) {
    this.operation = { InstanceArn: aws.connect.instanceArn };
    this.contacts = new Map(letters.map((letter) => [letter, aws.connect.startContact({ channel: 'TASK' })]));
  }

  idOf(letter: string): string {
    return this.contacts.get(letter)!.id;
  }

  arnOf(letter: string): string {
    return `${this.aws.connect.instanceArn}/contact/${this.idOf(letter)}`;
  }

  /** As no contact does; but another with the same id would be no other target. */
  comeBack(): void {
    for (const contact of this.contacts.values()) contact.disconnectedAt = undefined;
  }

  alive(): string[] {
    return [...this.contacts].filter(([, { id }]) => this.aws.connect.endOf(id) === undefined).map(([letter]) => letter);
  }
}
