import { list, required, structure, text, type Members } from '../shapes';

/* What a service tells CloudFormation about one of its resource types. */

export type Properties = Record<string, any>;

export interface ResourceContext {
  readonly stackId: string;
  readonly stackName: string;
  readonly logicalId: string;
  readonly region: string;
  readonly account: string;
  /** A name as CloudFormation makes it where the template gives none: stack, logical id and a random part. */
  generatedName(maxLength?: number): string;
  /** The type as the template writes it; only custom resources, where one handler serves many types, need it. */
  readonly type?: string;
  /** Aborted when CloudFormation stops waiting because a neighbour failed. */
  readonly cancelled?: AbortSignal;
}

export interface Created {
  /** What `Ref` returns. */
  readonly physicalId: string;
  /** What `Fn::GetAtt` returns. */
  readonly attributes?: Record<string, unknown>;
  /** The attributes are masked wherever they can be read. */
  readonly noEcho?: boolean;
}

export interface ResourceType {
  /** What a template may say, as the service takes it; anything else is not implemented. @default - anything */
  readonly properties?: Members;
  create(properties: Properties, context: ResourceContext): Promise<Created> | Created;
  /**
   * In place; absent where any change means replacement. Returning another physical id also means that the old one is
   * deleted in the cleanup phase.
   */
  update?(physicalId: string, properties: Properties, old: Properties, context: ResourceContext): Promise<Created> | Created;
  /** Property names whose change replaces the resource (create the new one, delete the old one in cleanup). */
  readonly replacedBy?: readonly string[];
  /** A resource that is not there any more counts as deleted. */
  delete(physicalId: string, properties: Properties, context: ResourceContext): Promise<void> | void;
}

/** A nested stack: it goes back by itself, and keeps what it no longer holds until its root says so. */
export interface NestedStackType extends ResourceType {
  rollBack(physicalId: string): Promise<void>;
  cleanUp(physicalId: string): Promise<void>;
}

/** By name. */
export type ResourceTypes = Readonly<Record<string, ResourceType & { readonly properties: Members }>>;

/** A resource that failed; one that got far enough to have a physical id is deleted in the rollback. */
export class ResourceFailed extends Error {
  constructor(
    message: string,
    readonly physicalId?: string,
  ) {
    super(message);
  }
}

/** Of most resource types. */
export const TAGS = list(structure({ Key: required(text({ min: 1, max: 128 })), Value: required(text({ min: 0, max: 256 })) }), { max: 50 });
