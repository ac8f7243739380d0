/*
 * Properties of a custom resource, as constructs write them and handlers read them. CloudFormation passes all scalars on as strings.
 * https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1037
 */
import { Explained } from './explained-error';

export type Fields = Record<string, unknown>;

/** One property: what the handler reads, and what a construct may write. */
export interface Field<T, W = T> {
  /** Throws one sentence that names the property and its value. */
  read(from: Fields, name: string): T;
  /** For the type alone. */
  readonly written?: W;
}

type Write<F> = F extends Field<any, infer W> ? W : never;
type Optional<S> = { [K in keyof S]: undefined extends Write<S[K]> ? K : never }[keyof S];

/** What the handler has of a shape. */
export type Values<S> = { readonly [K in keyof S]: S[K] extends Field<infer T, any> ? T : never };

/** What a construct gives for a shape; tokens pass for what they stand for. */
export type Written<S> = { readonly [K in Exclude<keyof S, Optional<S>>]: Write<S[K]> } & { readonly [K in Optional<S>]?: Write<S[K]> };

/** Properties by their names, which stand here and nowhere else. */
export class Shape<S extends Record<string, Field<any>>> {
  constructor(private readonly fields: S) {}

  write(values: Written<S>): Record<string, unknown> {
    return { ...values };
  }

  read(from: Fields): Values<S> {
    return Object.fromEntries(Object.entries(this.fields).map(([name, field]) => [name, field.read(from, name)])) as Values<S>;
  }

  /** As a property of another shape. */
  get nested(): Field<Values<S>, Written<S>> {
    return { read: (from, name) => this.read(record.read(from, name)) };
  }

  /** As a property of another shape that narrows what is meant: with nothing in it, or without what is not known here, more would be. */
  narrowing(all: string): Field<Values<S>, Written<S>> {
    return {
      read: (from, name) => {
        const given = record.read(from, name);
        const names = Object.keys(given);
        if (names.length === 0) throw new Explained(`${name} is {}: it must have at least one property, as without it ${all} is meant`);
        const unknown = names.find((one) => !Object.hasOwn(this.fields, one));
        if (unknown !== undefined) throw new Explained(`${name} has ${show(unknown)}, which this version of the provider does not know`);
        return this.read(given);
      },
    };
  }
}

/** Undefined where it is absent. */
export function optional<T, W>(field: Field<T, W>): Field<T | undefined, W | undefined> {
  return { read: (from, name) => (from[name] === undefined ? undefined : field.read(from, name)) };
}

/** The default where it is absent, as in what an earlier version wrote. */
export function withDefault<T, W>(field: Field<T, W>, value: T): Field<T, W | undefined> {
  return { read: (from, name) => (from[name] === undefined ? value : field.read(from, name)) };
}

export const text: Field<string> = stringNot('empty', (value) => value === '');

/** For what narrows: a blank one may mean all. */
export const notBlank: Field<string> = stringNot('blank', (value) => value.trim() === '');

function stringNot(what: string, isSo: (value: string) => boolean): Field<string> {
  return {
    read(from, name) {
      const value = from[name];
      if (typeof value !== 'string' || isSo(value)) throw new Explained(`${name} is ${show(value)}: it must be a string that is not ${what}`);
      return value;
    },
  };
}

/** @param problemOf says what is wrong with a value, in words that follow it */
export function textWithout(problemOf: (value: unknown) => string | undefined): Field<string> {
  return {
    read(from, name) {
      const problem = problemOf(from[name]);
      if (problem) throw new Explained(`${name} is ${show(from[name])}, which ${problem}`);
      return from[name] as string;
    },
  };
}

export const record: Field<Fields> = {
  read(from, name) {
    const value = from[name];
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Explained(`${name} is ${show(value)}: it must be an object`);
    return value as Fields;
  },
};

export const texts: Field<readonly string[]> = {
  read(from, name) {
    const value = from[name];
    if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
      throw new Explained(`${name} is ${show(value)}: it must be a list of strings`);
    }
    return value;
  },
};

/** At least one, each as the field has it: where a list narrows what is meant, an empty one would mean all. */
export function some<T>(field: Field<T>): Field<readonly T[]> {
  return {
    read(from, name) {
      const value = from[name];
      if (!Array.isArray(value) || value.length === 0) {
        throw new Explained(`${name} is ${show(value)}: it must be a list with at least one entry, or be left out`);
      }
      return value.map((entry, n) => field.read({ [`${name}[${n}]`]: entry }, `${name}[${n}]`));
    },
  };
}

export const flag: Field<boolean> = {
  read(from, name) {
    const value = String(from[name]);
    if (value !== 'true' && value !== 'false') throw new Explained(`${name} is ${show(from[name])}: it must be true or false`);
    return value === 'true';
  },
};

export const positive: Field<number> = {
  read(from, name) {
    const value = Number(from[name]);
    if (!(value > 0)) throw new Explained(`${name} is ${show(from[name])}: it must be a number above 0`);
    return value;
  },
};

export const notNegative: Field<number> = {
  read(from, name) {
    const value = Number(from[name]);
    if (!(value >= 0)) throw new Explained(`${name} is ${show(from[name])}: it must be a number of at least 0`);
    return value;
  },
};

/** Also an empty one. */
export const anyText: Field<string> = { read: (from, name) => String(from[name]) };

/** A scalar of any type, as a string. */
export const scalar: Field<string | number | boolean> = { read: (from, name) => String(from[name]) };

export function oneOf<const T extends string>(...values: readonly T[]): Field<T> {
  return {
    read(from, name) {
      const value = from[name];
      if (!values.includes(value as T)) throw new Explained(`${name} is ${show(value)}: it must be one of ${values.join(', ')}`);
      return value as T;
    },
  };
}

function show(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 100) ?? 'missing';
}
