import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { AwsError } from '../service';
import type { Registry, Thing } from './registry';

const MAX_GROUPS_OF_A_THING = 10;

export interface ThingGroupProperties {
  readonly thingGroupDescription?: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

export interface ThingGroup {
  readonly thingGroupName: string;
  readonly thingGroupArn: string;
  readonly thingGroupId: string;
  readonly parentGroupName?: string;
  /** In milliseconds. */
  readonly creationDate: number;
  properties: ThingGroupProperties;
  version: number;
}

/** Static thing groups: https://docs.aws.amazon.com/iot/latest/developerguide/thing-groups.html */
export class ThingGroups {
  private readonly groups = new Map<string, ThingGroup>();
  /** By identity, so that a deleted thing is no member, nor is another one made later with its name. */
  private readonly members = new Map<string, Set<Thing>>();

  constructor(
    private readonly arnPrefix: string,
    private readonly registry: Registry,
    private readonly now: () => number,
  ) {}

  /** The same group created again is a success; one that differs is not: API_CreateThingGroup. */
  create(name: string, parentGroupName?: string, properties: ThingGroupProperties = {}): ThingGroup {
    if (!/^[a-zA-Z0-9:_-]{1,128}$/.test(name)) throw invalid(`The thing group name ${name} is not valid`);
    // CreateThingGroup declares no ResourceNotFoundException; that this is the error instead is inferred.
    if (parentGroupName !== undefined && !this.has(parentGroupName)) throw invalid(`Parent thing group ${parentGroupName} does not exist`);
    const there = this.groups.get(name);
    if (there && there.parentGroupName === parentGroupName && areSame(there.properties, properties)) return there;
    if (there) throw new AwsError('ResourceAlreadyExistsException', `Thing group ${name} already exists with different properties`, 409);
    const group: ThingGroup = {
      thingGroupName: name,
      thingGroupArn: this.arnOf(name),
      thingGroupId: randomUUID(),
      parentGroupName,
      creationDate: this.now(),
      properties,
      version: 1,
    };
    this.groups.set(name, group);
    this.members.set(name, new Set());
    return group;
  }

  has(name: string): boolean {
    return this.groups.has(name);
  }

  get(name: string): ThingGroup {
    const group = this.groups.get(name);
    if (!group) throw new AwsError('ResourceNotFoundException', `Thing group ${name} cannot be found.`, 404);
    return group;
  }

  arnOf(name: string): string {
    return `${this.arnPrefix}thinggroup/${name}`;
  }

  replaceProperties(name: string, properties: ThingGroupProperties): ThingGroup {
    const group = this.get(name);
    return Object.assign(group, { properties, version: group.version + 1 });
  }

  /** A group that does not exist counts as deleted: inferred, as API_DeleteThingGroup declares no ResourceNotFoundException. */
  delete(name: string): void {
    if (this.childrenOf(name).length > 0) {
      throw invalid(`Cannot delete thing group : ${name} when there are still child groups attached to it.`);
    }
    this.groups.delete(name);
    this.members.delete(name);
  }

  add(name: string, thingName: string): void {
    const [thing, root] = [this.registry.get(thingName), this.rootOf(this.get(name))];
    const others = this.namesOf(thing).filter((other) => other !== name);
    if (others.some((other) => this.rootOf(this.get(other)) === root)) {
      throw invalid(`Thing ${thingName} is already in another group of the hierarchy of ${name}`);
    }
    if (others.length >= MAX_GROUPS_OF_A_THING) throw invalid(`Thing ${thingName} is already in ${MAX_GROUPS_OF_A_THING} groups`);
    this.members.get(name)!.add(thing);
  }

  remove(name: string, thingName: string): void {
    this.get(name);
    this.members.get(name)!.delete(this.registry.get(thingName));
  }

  thingsIn(name: string, recursive = false): string[] {
    this.get(name);
    const own = [...this.members.get(name)!].filter((thing) => this.registry.holds(thing)).map(({ thingName }) => thingName);
    return recursive ? [...own, ...this.childrenOf(name).flatMap((child) => this.thingsIn(child, true))] : own;
  }

  /** The groups that a thing was added to, not the parents of these. */
  namesOf(thing: Thing): string[] {
    return [...this.members]
      .filter(([, things]) => things.has(thing))
      .map(([name]) => name)
      .sort();
  }

  /** From the root down to the parent. */
  ancestorsOf({ parentGroupName }: ThingGroup): ThingGroup[] {
    if (parentGroupName === undefined) return [];
    const parent = this.get(parentGroupName);
    return [...this.ancestorsOf(parent), parent];
  }

  private rootOf(group: ThingGroup): ThingGroup {
    return this.ancestorsOf(group)[0] ?? group;
  }

  private childrenOf(name: string): string[] {
    return [...this.groups.values()].filter(({ parentGroupName }) => parentGroupName === name).map(({ thingGroupName }) => thingGroupName);
  }
}

function areSame(a: ThingGroupProperties, b: ThingGroupProperties): boolean {
  return a.thingGroupDescription === b.thingGroupDescription && isDeepStrictEqual(a.attributes, b.attributes);
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidRequestException', message);
}
