import { AwsError } from '../service';
import type { Presence } from './broker';
import { parseQuery, type Fields } from './fleet-query';
import type { Registry, Thing } from './registry';
import type { ThingGroups } from './thing-groups';

const TIMESTAMP_KEPT_MS = 3600_000;

export interface IndexingConfiguration {
  /** The stand-in has no shadows, so the last two are the same here. */
  readonly thingIndexingMode: 'OFF' | 'REGISTRY' | 'REGISTRY_AND_SHADOW';
  /** @default OFF */
  readonly thingConnectivityIndexingMode?: 'OFF' | 'STATUS';
}

export type IndexStatus = 'BUILDING' | 'REBUILDING' | 'ACTIVE';

export interface FleetIndexOptions {
  readonly registry: Registry;
  readonly groups: ThingGroups;
  readonly now: () => number;
  /** How long building and rebuilding take. */
  readonly buildMs: number;
  /** How far connectivity in the index is behind the broker. */
  readonly delayMs: number;
}

export interface ThingDocument {
  readonly thingName: string;
  readonly thingId: string;
  readonly thingTypeName?: string;
  readonly thingGroupNames: readonly string[];
  readonly attributes: Readonly<Record<string, string>>;
  readonly connectivity?: { readonly connected: boolean; readonly timestamp?: number; readonly disconnectReason?: string };
}

/** The index AWS_Things: https://docs.aws.amazon.com/iot/latest/developerguide/managing-index.html */
export class FleetIndex {
  configuration: Required<IndexingConfiguration> = { thingIndexingMode: 'OFF', thingConnectivityIndexingMode: 'OFF' };
  private build = { kind: 'BUILDING' as IndexStatus, until: -Infinity, withConnectivity: false };
  /** Of each client id, in the order of time; the delay asks for more than the last. */
  private readonly presences = new Map<string, Presence[]>();

  constructor(private readonly options: FleetIndexOptions) {}

  configure({ thingIndexingMode, thingConnectivityIndexingMode = 'OFF' }: IndexingConfiguration): void {
    if (thingIndexingMode === 'OFF' && thingConnectivityIndexingMode !== 'OFF') {
      throw new AwsError('InvalidRequestException', 'thingConnectivityIndexingMode needs a thingIndexingMode other than OFF');
    }
    const before = this.configuration;
    this.build = {
      kind: before.thingIndexingMode === 'OFF' ? 'BUILDING' : 'REBUILDING',
      until: this.options.now() + this.options.buildMs,
      withConnectivity: before.thingConnectivityIndexingMode === 'STATUS',
    };
    this.configuration = { thingIndexingMode, thingConnectivityIndexingMode };
  }

  /** "OFF: no indexing/delete index", so that there is none: that this makes it ResourceNotFoundException is inferred. */
  get status(): IndexStatus {
    if (this.configuration.thingIndexingMode === 'OFF') throw new AwsError('ResourceNotFoundException', 'Index AWS_Things does not exist', 404);
    return this.options.now() < this.build.until ? this.build.kind : 'ACTIVE';
  }

  record(clientId: string, presence: Presence): void {
    const horizon = this.options.now() - this.options.delayMs;
    const past = this.presences.get(clientId) ?? [];
    // Of those already in the index, only the last is ever asked for again.
    const [indexed, coming] = [past.filter(({ timestamp }) => timestamp <= horizon), past.filter(({ timestamp }) => timestamp > horizon)];
    this.presences.set(clientId, [...indexed.slice(-1), ...coming, presence]);
  }

  search(queryString: string): ThingDocument[] {
    if (this.status === 'BUILDING') throw new AwsError('IndexNotReadyException', 'The index AWS_Things is being built');
    const matches = parseQuery(queryString);
    return this.options.registry
      .list()
      .map((thing) => this.document(thing))
      .filter((document) => matches(fieldsOf(document)));
  }

  private document(thing: Thing): ThingDocument {
    const { thingName, thingId, thingTypeName, attributes } = thing;
    // What a rebuild adds cannot be queried before it is done.
    const withConnectivity = this.configuration.thingConnectivityIndexingMode === 'STATUS' && (this.status === 'ACTIVE' || this.build.withConnectivity);
    const connectivity = withConnectivity ? this.connectivity(thingName) : undefined;
    return { thingName, thingId, thingTypeName, thingGroupNames: this.options.groups.namesOf(thing), attributes, connectivity };
  }

  /** Of the client whose id is the thing's name; one that never connected is not connected: API_SearchIndex. */
  private connectivity(thingName: string): NonNullable<ThingDocument['connectivity']> {
    const now = this.options.now();
    const presence = this.presences
      .get(thingName)
      ?.filter(({ timestamp }) => timestamp <= now - this.options.delayMs)
      .at(-1);
    if (!presence) return { connected: false };
    const { connected, timestamp, disconnectReason } = presence;
    // "might be missing" about an hour after the disconnect: here it always is.
    const kept = connected || now - timestamp < TIMESTAMP_KEPT_MS;
    return { connected, timestamp: kept ? timestamp : undefined, disconnectReason };
  }
}

function fieldsOf({ attributes, connectivity, thingGroupNames, ...names }: ThingDocument): Fields {
  const single = { ...names, ...prefixed('attributes', attributes), ...prefixed('connectivity', connectivity ?? {}) };
  const present = Object.entries(single).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(present.map(([name, value]) => [name, [String(value)]])), thingGroupNames };
}

function prefixed(prefix: string, values: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}.${name}`, value]));
}
