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
