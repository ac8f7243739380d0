import { AwsError, NotImplemented } from './service';
import type { Members, Shape } from './shapes';

/** Reads a request's members as their shapes declare them: what is not declared is not implemented, and what is not allowed is refused. */
export class RequestReader {
  private readonly violations: string[] = [];

  /**
   * `operation`: as errors name it. `invalid`: the code of the service's error about members that are not allowed. `fromText`: every
   * value may be written as text; then a text may be written as a number or boolean, too, as in a template.
   */
  constructor(
    private readonly operation: string,
    private readonly invalid: string,
    private readonly fromText: boolean,
  ) {}

  read(members: Members, given: object): Record<string, unknown> {
    const input = this.structure(members, given, '');
    const { length } = this.violations;
    if (length > 0) throw new AwsError(this.invalid, `${length} validation error${length > 1 ? 's' : ''} detected: ${this.violations.join('; ')}`);
    return input;
  }

  private structure(members: Members, given: object, path: string): Record<string, unknown> {
    const unknown = Object.keys(given).find((name) => !Object.hasOwn(members, name));
    if (unknown !== undefined) throw new NotImplemented(`${this.operation} with ${path}${unknown}`);
    const input: Record<string, unknown> = {};
    for (const [name, shape] of Object.entries(members)) {
      const value: unknown = (given as Record<string, unknown>)[name];
      if (value !== undefined && value !== null) input[name] = this.value(shape, value, `${path}${name}`);
      else if (shape.required) this.violate('Value null', `${path}${name}`, 'Member must not be null');
    }
    return input;
  }

  private value(shape: Shape, given: unknown, path: string): unknown {
    const value = this.fromText || shape.in ? this.parsed(shape, given, path) : given;
    if (!isOf(shape, value)) throw new AwsError('SerializationException', `${path} is not of type ${shape.type}`);
    const before = this.violations.length;
    this.check(shape, value, path);
    const allowed = this.violations.length === before;
    if (allowed && shape.known && !(Array.isArray(value) ? value.length === 0 : shape.known.includes(value as string))) {
      throw new NotImplemented(`${this.operation} with ${path} ${JSON.stringify(value)}`);
    }
    switch (shape.type) {
      case 'structure':
        return this.structure(shape.members!, value as object, `${path}.`);
      case 'list':
        return (value as unknown[]).map((item, index) => this.item(shape.of!, item, path, `${path}.${index + 1}.member`));
      case 'map':
        return Object.fromEntries(Object.entries(value as object).map(([key, item]) => [key, this.item(shape.of!, item, path, `${path}.${key}`)]));
      default:
        return value;
    }
  }

  /** Of texts in a list or map, `check` of the whole has said what is not allowed. */
  private item(shape: Shape, given: unknown, path: string, itemPath: string): unknown {
    if (shape.type !== 'string') return this.value(shape, given, itemPath);
    if (typeof given === 'string') return given;
    if (this.fromText && isScalar(given)) return String(given);
    throw new AwsError('SerializationException', `${path} has what is not a string`);
  }

  private parsed(shape: Shape, given: unknown, path: string): unknown {
    if (shape.type === 'list' && given === '') return [];
    if (shape.type === 'boolean' && (given === 'true' || given === 'false')) return given === 'true';
    if (shape.type === 'integer' && typeof given === 'string' && /^-?\d{1,15}$/.test(given)) return Number(given);
    if (shape.type === 'string' && isScalar(given)) return String(given);
    if (isOf(shape, given)) return given;
    throw new AwsError(this.invalid, `${JSON.stringify(given)} at ${path} is not of type ${shape.type}`);
  }

  /** https://github.com/aws/aws-sdk-java/issues/666 shows how the errors of maps read. */
  private check(shape: Shape, value: unknown, path: string): void {
    const said = shape.sensitive ? 'Value' : `Value '${shown(value)}'`;
    for (const constraint of broken(shape, value)) this.violate(said, path, constraint);
    const { of, key } = shape;
    if (!of || typeof value !== 'object') return;
    const items = Object.values(value as object).filter((item) => isOf(of, item));
    const all = (inner: Shape) =>
      `[${rulesOf(inner)
        .map(([rule]) => rule)
        .join(', ')}]`;
    if (of.type === 'string' && items.some((item) => broken(of, item).length > 0)) {
      this.violate(said, path, `${key ? 'Map value' : 'Member'} must satisfy constraint: ${all(of)}`);
    }
    if (key && Object.keys(value as object).some((name) => broken(key, name).length > 0))
      this.violate(said, path, `Map keys must satisfy constraint: ${all(key)}`);
  }

  private violate(value: string, path: string, constraint: string): void {
    const camel = path
      .split('.')
      .map((name) => `${name.slice(0, 1).toLowerCase()}${name.slice(1)}`)
      .join('.');
    this.violations.push(`${value} at '${camel}' failed to satisfy constraint: ${constraint}`);
  }
}

function isScalar(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'boolean';
}

function isOf({ type }: Shape, value: unknown): boolean {
  switch (type) {
    case 'string':
      return typeof value === 'string';
    case 'blob':
      return typeof value === 'string' || Buffer.isBuffer(value);
    case 'integer':
      return Number.isInteger(value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'timestamp':
      return Number.isFinite(value);
    case 'list':
      return Array.isArray(value);
    case 'map':
    case 'structure':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'document':
      return typeof value === 'string' || (typeof value === 'object' && value !== null && !Array.isArray(value));
  }
}

function broken(shape: Shape, value: unknown): string[] {
  return rulesOf(shape)
    .filter(([, holds]) => !holds(value))
    .map(([rule]) => rule);
}

function rulesOf({ type, min, max, pattern, enum: values }: Shape): [string, (value: any) => boolean][] {
  const rules: [string, (value: any) => boolean][] = [];
  const [quality, size]: [string, (value: any) => number] = type === 'integer' ? ['value', Number] : ['length', (value) => lengthOf(type, value)];
  if (max !== undefined) rules.push([`Member must have ${quality} less than or equal to ${max}`, (value) => size(value) <= max]);
  if (min !== undefined) rules.push([`Member must have ${quality} greater than or equal to ${min}`, (value) => size(value) >= min]);
  if (values) rules.push([`Member must satisfy enum value set: [${values.join(', ')}]`, (value) => values.includes(value)]);
  if (pattern) {
    const whole = new RegExp(`^(?:${pattern.source})$`, pattern.flags);
    rules.push([`Member must satisfy regular expression pattern: ${pattern.source}`, (value) => whole.test(value)]);
  }
  return rules;
}

function lengthOf(type: Shape['type'], value: any): number {
  if (type === 'blob' && typeof value === 'string') return Buffer.from(value, 'base64').length;
  return typeof value === 'object' && !Array.isArray(value) && !Buffer.isBuffer(value) ? Object.keys(value).length : value.length;
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  return `{${Object.entries(value)
    .map(([key, item]) => `${key}=${shown(item)}`)
    .join(', ')}}`;
}
