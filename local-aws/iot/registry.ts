import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { AwsError } from '../service';

export interface Thing {
  readonly thingName: string;
  readonly thingArn: string;
  readonly thingId: string;
  readonly thingTypeName?: string;
  attributes: Readonly<Record<string, string>>;
  version: number;
}

export interface ThingFilter {
  readonly attributeName?: string;
  readonly attributeValue?: string;
  /** The value given is the beginning of the thing's. */
  readonly usePrefixAttributeValue?: boolean;
  readonly thingTypeName?: string;
}

/** The registry of things. */
export class Registry {
  private readonly things = new Map<string, Thing>();

  constructor(private readonly arnPrefix: string) {}

  /** The same thing created again is a success; one that differs is not: API_CreateThing. */
  create(thingName: string, attributes: Readonly<Record<string, string>> = {}, thingTypeName?: string): Thing {
    if (!/^[a-zA-Z0-9:_-]{1,128}$/.test(thingName)) {
      throw new AwsError('InvalidRequestException', `The thing name ${thingName} is not valid`);
    }
    const there = this.things.get(thingName);
    if (there && there.thingTypeName === thingTypeName && isDeepStrictEqual(there.attributes, attributes)) return there;
    if (there) {
      throw new AwsError('ResourceAlreadyExistsException', `Thing ${thingName} already exists in account with different attributes`, 409);
    }
    const thing = { thingName, thingArn: `${this.arnPrefix}thing/${thingName}`, thingId: randomUUID(), thingTypeName, attributes, version: 1 };
    this.things.set(thingName, thing);
    return thing;
  }

  has(thingName: string): boolean {
    return this.things.has(thingName);
  }

  /** False for one that was deleted, though another has its name now. */
  holds(thing: Thing): boolean {
    return this.things.get(thing.thingName) === thing;
  }

  get(thingName: string): Thing {
    const thing = this.things.get(thingName);
    if (!thing) throw new AwsError('ResourceNotFoundException', `Thing ${thingName} cannot be found.`, 404);
    return thing;
  }

  replaceAttributes(thingName: string, attributes: Readonly<Record<string, string>>): Thing {
    const thing = this.get(thingName);
    return Object.assign(thing, { attributes, version: thing.version + 1 });
  }

  /** A thing that does not exist counts as deleted: API_DeleteThing. */
  delete(thingName: string): void {
    this.things.delete(thingName);
  }

  list({ attributeName, attributeValue = '', usePrefixAttributeValue, thingTypeName }: ThingFilter = {}): Thing[] {
    const matches = (value: string | undefined) => (usePrefixAttributeValue ? value?.startsWith(attributeValue) : value === attributeValue);
    return [...this.things.values()]
      .filter((thing) => attributeName === undefined || matches(thing.attributes[attributeName]))
      .filter((thing) => thingTypeName === undefined || thing.thingTypeName === thingTypeName);
  }
}
