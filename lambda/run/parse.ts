/*
 * Reads values that CloudFormation passes on. All scalars arrive as strings.
 * https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1037
 */

import { Explained } from './failure';

export type Fields = Record<string, unknown>;

type Reader<T> = (from: Fields, name: string) => T;

/** Undefined where the field is absent, so that properties of another version of the library can still be read. */
export function optional<T>(read: Reader<T>): Reader<T | undefined> {
  return (from, name) => (from[name] === undefined ? undefined : read(from, name));
}

export function text(from: Fields, name: string): string {
  const value = from[name];
  if (typeof value !== 'string' || value === '') throw new Explained(`${name} is ${show(value)}: it must be a string that is not empty`);
  return value;
}

export function record(from: Fields, name: string): Fields {
  const value = from[name];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Explained(`${name} is ${show(value)}: it must be an object`);
  return value as Fields;
}

export function texts(from: Fields, name: string): string[] {
  const value = from[name];
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
    throw new Explained(`${name} is ${show(value)}: it must be a list of strings`);
  }
  return value;
}

export function bool(from: Fields, name: string): boolean {
  const value = String(from[name]);
  if (value !== 'true' && value !== 'false') throw new Explained(`${name} is ${show(from[name])}: it must be true or false`);
  return value === 'true';
}

export function positive(from: Fields, name: string): number {
  const value = Number(from[name]);
  if (!(value > 0)) throw new Explained(`${name} is ${show(from[name])}: it must be a number above 0`);
  return value;
}

export function notNegative(from: Fields, name: string): number {
  const value = Number(from[name]);
  if (!(value >= 0)) throw new Explained(`${name} is ${show(from[name])}: it must be a number of at least 0`);
  return value;
}

export function oneOf<const T extends string>(...values: T[]): Reader<T> {
  return (from, name) => {
    const value = from[name];
    if (!values.includes(value as T)) throw new Explained(`${name} is ${show(value)}: it must be one of ${values.join(', ')}`);
    return value as T;
  };
}

function show(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 100) ?? 'missing';
}
