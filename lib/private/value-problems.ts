import { Token, type Duration } from 'aws-cdk-lib';

/*
 * What is wrong with a value, in words that follow its name. Casts and JavaScript let any pass, and an environment variable that is not set is
 * undefined, whatever `!` says; what is known only when the stack is deployed is never wrong.
 */

export function nameProblem(name: unknown): string | undefined {
  if (Token.isUnresolved(name) || (typeof name === 'string' && name.trim() !== '')) return undefined;
  return `is ${shown(name)}: it must be a string that is not blank`;
}

export function durationProblem(duration: unknown): string | undefined {
  // No instanceof: there may be two copies of aws-cdk-lib.
  if (typeof (duration as Partial<Duration> | undefined)?.toSeconds === 'function') return undefined;
  return `is ${shown(duration)}: it must be a Duration, Duration.minutes(5) for instance`;
}

/** @param members as TypeScript has an enumeration, whose values are its names here */
export function memberProblem(value: unknown, enumeration: string, members: object): string | undefined {
  return isMember(value, members) ? undefined : `is ${shown(value)}: it must be ${namesOf(enumeration, members, 'or')}`;
}

/** @param members as of `memberProblem` */
export function membersProblem(list: unknown, enumeration: string, members: object): string | undefined {
  if (Token.isUnresolved(list)) return undefined;
  if (!Array.isArray(list)) return `is ${shown(list)}: it must be a list of ${namesOf(enumeration, members)}`;
  const wrong = list.findIndex((one) => !isMember(one, members));
  return wrong < 0 ? undefined : `has ${shown(list[wrong])}: it may have ${namesOf(enumeration, members)}`;
}

export function shown(value: unknown): string {
  try {
    return String(JSON.stringify(value)?.slice(0, 100));
  } catch {
    // Constructs go round in circles.
    return 'an object';
  }
}

function isMember(value: unknown, members: object): boolean {
  return Token.isUnresolved(value) || Object.values(members).includes(value);
}

function namesOf(enumeration: string, members: object, conjunction = 'and'): string {
  const names = Object.keys(members).map((name) => `${enumeration}.${name}`);
  return `${names.slice(0, -1).join(', ')} ${conjunction} ${names.at(-1)}`;
}
