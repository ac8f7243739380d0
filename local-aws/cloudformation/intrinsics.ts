import { AwsError, NotImplemented } from '../service';

/** What the intrinsic functions of a template can look up. */
export interface Scope {
  readonly region: string;
  /** Parameters, pseudo parameters and resources. */
  ref(name: string): unknown;
  getAtt(logicalId: string, attribute: string): unknown;
  condition(name: string): boolean;
  mapping(map: string, key: string, name: string): unknown;
  importValue(name: string): string;
}

/** `AWS::NoValue`: what holds it is left out. */
export const NO_VALUE = Symbol('AWS::NoValue');

export function resolve(value: unknown, scope: Scope): any {
  if (typeof value === 'string') {
    if (value.includes('{{resolve:')) throw new NotImplemented(`dynamic reference ${value}`);
    return value;
  }
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => resolve(item, scope)).filter((item) => item !== NO_VALUE);
  const intrinsic = intrinsicOf(value);
  if (intrinsic) return evaluate(intrinsic.name, intrinsic.argument, scope);
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, item]) => [key, resolve(item, scope)])
      .filter(([, item]) => item !== NO_VALUE),
  );
}

export function intrinsicOf(value: object): { name: string; argument: any } | undefined {
  const [entry, ...more] = Object.entries(value);
  if (!entry || more.length > 0) return undefined;
  const [name, argument] = entry;
  const isCondition = name === 'Condition' && typeof argument === 'string';
  return name === 'Ref' || name.startsWith('Fn::') || isCondition ? { name, argument } : undefined;
}

function evaluate(name: string, argument: any, scope: Scope): any {
  const resolved = () => resolve(argument, scope);
  switch (name) {
    case 'Ref':
      return scope.ref(argument);
    case 'Condition':
      return scope.condition(argument);
    case 'Fn::GetAtt': {
      const [logicalId, ...attribute] = typeof argument === 'string' ? argument.split('.') : argument;
      return scope.getAtt(logicalId, attribute.map((part: unknown) => resolve(part, scope)).join('.'));
    }
    case 'Fn::Sub':
      return substitute(argument, scope);
    case 'Fn::Join': {
      const [delimiter, list] = resolved();
      return list.map(scalar).join(delimiter);
    }
    case 'Fn::Select': {
      const [index, list] = resolved();
      if (list[Number(index)] === undefined)
        throw new AwsError('ValidationError', `Template error: Fn::Select cannot select nonexistent value at index ${index}`);
      return list[Number(index)];
    }
    case 'Fn::Split': {
      const [delimiter, text] = resolved();
      return text.split(delimiter);
    }
    case 'Fn::If': {
      const [condition, whenTrue, whenFalse] = argument;
      return resolve(scope.condition(condition) ? whenTrue : whenFalse, scope);
    }
    case 'Fn::Equals': {
      const [left, right] = resolved();
      return JSON.stringify(scalars(left)) === JSON.stringify(scalars(right));
    }
    case 'Fn::And':
      return resolved().every(Boolean);
    case 'Fn::Or':
      return resolved().some(Boolean);
    case 'Fn::Not':
      return !resolved()[0];
    case 'Fn::FindInMap': {
      const [map, key, second] = resolved();
      return scope.mapping(map, key, second);
    }
    case 'Fn::ImportValue':
      return scope.importValue(resolved());
    case 'Fn::Base64':
      return Buffer.from(resolved()).toString('base64');
    case 'Fn::GetAZs':
      return ['a', 'b', 'd'].map((zone) => `${resolved() || scope.region}${zone}`);
    default:
      throw new NotImplemented(`intrinsic function ${name}`);
  }
}

function substitute(argument: string | [string, Record<string, unknown>], scope: Scope): string {
  const [text, variables] = typeof argument === 'string' ? [argument, {} as Record<string, unknown>] : argument;
  return text.replace(SUB_VARIABLE, (_, literal: string, name: string) => {
    if (literal) return `\${${name}}`;
    if (name in variables) return scalar(resolve(variables[name], scope));
    const [logicalId, ...attribute] = name.split('.');
    return scalar(attribute.length ? scope.getAtt(logicalId, attribute.join('.')) : scope.ref(name));
  });
}

/** `${Name}`, `${Name.Attribute}`, or `${!Literal}`. */
export const SUB_VARIABLE = /\$\{(!?)([A-Za-z0-9:._-]+)\}/g;

function scalar(value: unknown): string {
  if (typeof value === 'object') throw new AwsError('ValidationError', 'Template error: every value must be a string here');
  return String(value);
}

/** As custom resources get them: every scalar a string. */
export function scalars(value: unknown): any {
  if (Array.isArray(value)) return value.map(scalars);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, scalars(item)]));
  }
  return String(value);
}
