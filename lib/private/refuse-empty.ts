import { Token } from 'aws-cdk-lib';

export function refuseEmptyName(what: string, name: string): void {
  if (!Token.isUnresolved(name) && name === '') throw new Error(`${what} is "": give it a name`);
}

/** @param store what holds the object, for the message */
export function refuseEmptyField(jsonField: string | undefined, store: string): void {
  if (jsonField === '') throw new Error(`jsonField is "": name a field of the ${store}'s JSON object, or leave it out`);
}
