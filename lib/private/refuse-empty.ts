import { Token } from 'aws-cdk-lib';

/** Refuses a name that is empty. */
export function named(what: string, name: string): void {
  if (!Token.isUnresolved(name) && name === '') throw new Error(`${what} is "": give it a name`);
}
