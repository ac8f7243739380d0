/* What the members of a request, or the properties of a resource in a template, may be, as AWS's model of the service has it. */

export interface Shape {
  readonly type: 'string' | 'integer' | 'boolean' | 'timestamp' | 'blob' | 'list' | 'map' | 'structure' | 'document';
  readonly required?: boolean;
  /** Of a text, list or map, its length; of a number, its value. */
  readonly min?: number;
  readonly max?: number;
  /** Of the whole text. */
  readonly pattern?: RegExp;
  readonly enum?: readonly (string | number)[];
  /** The values that the stand-in carries out, where AWS knows more; of a list, none means the empty list. */
  readonly known?: readonly (string | boolean | number)[];
  /** Is not repeated in an error. */
  readonly sensitive?: boolean;
  /** A list's items, or a map's values. */
  readonly of?: Shape;
  readonly key?: Shape;
  readonly members?: Members;
  /** In a REST request, where it is if neither in the path nor in the body, and by what name. */
  readonly in?: 'query' | 'header';
  readonly wire?: string;
}

export type Members = Readonly<Record<string, Shape>>;

type Rules = Pick<Shape, 'min' | 'max' | 'pattern' | 'sensitive'>;
type Range = Pick<Shape, 'min' | 'max'>;

export const text = (rules: Rules = {}): Shape => ({ type: 'string', ...rules });
export const oneOf = (...values: string[]): Shape => ({ type: 'string', enum: values });
export const integer = (range: Range = {}): Shape => ({ type: 'integer', ...range });
export const flag = (): Shape => ({ type: 'boolean' });
/** In JSON, seconds since 1970. */
export const timestamp = (): Shape => ({ type: 'timestamp' });
export const blob = (rules: Rules = {}): Shape => ({ type: 'blob', ...rules });
export const list = (of: Shape, range: Range = {}): Shape => ({ type: 'list', of, ...range });
export const map = (key: Shape, of: Shape, range: Range = {}): Shape => ({ type: 'map', key, of, ...range });
/** An object whose members are not looked at here, or its text. */
export const document = (): Shape => ({ type: 'document' });
export const structure = (members: Members): Shape => ({ type: 'structure', members });

export const required = (shape: Shape): Shape => ({ ...shape, required: true });
export const inQuery = (shape: Shape, wire?: string): Shape => ({ ...shape, in: 'query', wire });
export const inHeader = (wire: string, shape: Shape): Shape => ({ ...shape, in: 'header', wire });
/** Of what AWS takes, these are what the stand-in carries out. */
export const only = (shape: Shape, ...known: (string | boolean | number)[]): Shape => ({ ...shape, known });
