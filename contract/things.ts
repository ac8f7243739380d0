import { flag, optional, positive, Shape, withDefault } from './fields';

export const THINGS_RESOURCE_TYPE = 'Custom::ManagedThingDeletion';

/** How managed things are deleted. */
export const THINGS_OPERATION = new Shape({
  Force: withDefault(flag, false),
  ForceAfterSeconds: optional(positive),
  /** Version 0.1.0 did not wait. */
  WaitForDeletion: withDefault(flag, false),
  DeleteChildren: withDefault(flag, false),
});

/**
 * What Managed integrations would refuse about a managed thing's identifier, in words that follow it. Used at synth and by the
 * handler.
 *
 * @see https://docs.aws.amazon.com/iot-mi/latest/APIReference/API_DeleteManagedThing.html
 */
export function thingIdentifierProblem(id: string): string | undefined {
  if (/^[a-zA-Z0-9:_-]{1,64}$/.test(id)) return undefined;
  return 'is not a managed thing identifier: it has 1 to 64 letters, digits, ":", "_" or "-"';
}
