import { AwsError } from '../service';
import { findCycle } from './graph';
import { intrinsicOf, NO_VALUE, resolve, SUB_VARIABLE, type Scope } from './intrinsics';
import { parseTemplate, type OutputDefinition, type ResourceDefinition, type Template } from './template';

/** What a bound template needs from around it: the stack that it is for, and the exports of the region. */
export interface Surroundings {
  readonly pseudo: Readonly<Record<string, unknown>>;
  readonly region: string;
  importValue(name: string): string;
}

/** The resources as they are while the template is carried out. */
export interface Live {
  ref(logicalId: string): string;
  getAtt(logicalId: string, attribute: string): unknown;
}

/** A template with the values of its parameters: its conditions are decided, its dependencies known. */
export class BoundTemplate {
  readonly template: Template;
  readonly resources = new Map<string, ResourceDefinition>();
  readonly outputs = new Map<string, OutputDefinition>();
  /** What each resource waits for. */
  readonly dependencies = new Map<string, ReadonlySet<string>>();

  constructor(
    readonly body: string,
    readonly parameters: Readonly<Record<string, unknown>>,
    private readonly surroundings: Surroundings,
  ) {
    this.template = parseTemplate(body);
    const holds = (definition: { Condition?: string }) => definition.Condition === undefined || this.condition(definition.Condition);
    for (const [id, definition] of Object.entries(this.template.Resources)) if (holds(definition)) this.resources.set(id, definition);
    for (const [id, definition] of Object.entries(this.template.Outputs ?? {})) if (holds(definition)) this.outputs.set(id, definition);
    for (const [id, definition] of this.resources) this.dependencies.set(id, this.dependenciesOf(definition));
    for (const output of this.outputs.values()) this.references(output.Value);
    const cycle = findCycle([...this.resources.keys()], (id) => this.dependencies.get(id)!);
    if (cycle.length > 0) throw new AwsError('ValidationError', `Circular dependency between resources: [${cycle.join(', ')}]`);
  }

  resolve(value: unknown, live: Live): any {
    return resolve(value, this.scope(live));
  }

  /** Changes if, and only if, the definition or a parameter that it depends on does. */
  fingerprint(definition: unknown): string {
    const text = JSON.stringify(definition) ?? '';
    const used = Object.entries(this.parameters).filter(([name]) => text.includes(name));
    const conditions = Object.keys(this.template.Conditions ?? {})
      .filter((name) => text.includes(name))
      .map((name) => [name, this.condition(name)]);
    return JSON.stringify([definition, used, conditions]);
  }

  private dependenciesOf(definition: ResourceDefinition): Set<string> {
    const ids = this.references(definition.Properties ?? {});
    for (const id of [definition.DependsOn ?? []].flat()) {
      if (!this.template.Resources[id]) throw unresolved(id);
      if (this.resources.has(id)) ids.add(id);
    }
    return ids;
  }

  /** The resources that a value refers to, in the branches of `Fn::If` that are taken. */
  private references(value: unknown, found = new Set<string>()): Set<string> {
    if (typeof value !== 'object' || value === null) return found;
    const intrinsic = Array.isArray(value) ? undefined : intrinsicOf(value);
    if (!intrinsic) {
      for (const item of Object.values(value)) this.references(item, found);
      return found;
    }
    const { name, argument } = intrinsic;
    if (name === 'Ref') this.note(argument, found);
    else if (name === 'Fn::GetAtt') this.note(typeof argument === 'string' ? argument.split('.')[0] : argument[0], found);
    else if (name === 'Fn::If') this.references(argument[this.condition(argument[0]) ? 1 : 2], found);
    else {
      if (name === 'Fn::Sub') {
        const [text, variables] = typeof argument === 'string' ? [argument, {}] : argument;
        for (const [, literal, variable] of (text as string).matchAll(SUB_VARIABLE)) {
          if (!literal && !(variable in variables)) this.note(variable.split('.')[0], found);
        }
      }
      this.references(argument, found);
    }
    return found;
  }

  private note(name: string, found: Set<string>): void {
    if (name in this.parameters || name in this.surroundings.pseudo || name === 'AWS::NoValue') return;
    if (!this.resources.has(name)) throw unresolved(name);
    found.add(name);
  }

  private condition(name: string): boolean {
    const definition = this.template.Conditions?.[name];
    if (definition === undefined) throw new AwsError('ValidationError', `Template format error: Unresolved condition dependency ${name}`);
    return resolve(definition, this.scope());
  }

  private scope(live?: Live): Scope {
    return {
      region: this.surroundings.region,
      ref: (name) => {
        if (name === 'AWS::NoValue') return NO_VALUE;
        if (name in this.parameters) return this.parameters[name];
        if (name in this.surroundings.pseudo) return this.surroundings.pseudo[name];
        if (!live) throw unresolved(name);
        return live.ref(name);
      },
      getAtt: (logicalId, attribute) => {
        if (!live) throw unresolved(logicalId);
        return live.getAtt(logicalId, attribute);
      },
      condition: (name) => this.condition(name),
      mapping: (map, key, name) => {
        const value = this.template.Mappings?.[map]?.[key]?.[name];
        if (value === undefined) throw new AwsError('ValidationError', `Template error: Unable to get mapping for ${map}::${key}::${name}`);
        return value;
      },
      importValue: (name) => this.surroundings.importValue(name),
    };
  }
}

function unresolved(name: string): AwsError {
  return new AwsError('ValidationError', `Template format error: Unresolved resource dependencies [${name}] in the Resources block of the template`);
}
