import { Shape, text } from './fields';

export const CONTACTS_RESOURCE_TYPE = 'Custom::ContactStop';

/** Where contacts are stopped. */
export const CONTACTS_OPERATION = new Shape({ InstanceArn: text });

/** `arn:aws:connect:eu-west-2:123456789012:instance/<id>` */
export const INSTANCE_ARN = /^arn:[^:]+:connect:[^:]+:\d{12}:instance\/([^/:]{1,100})$/;

/** The instance's id, which is what calls are told. */
export function instanceIdOf(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

/**
 * What Amazon Connect would refuse about a contact's id, in words that follow it. Used at synth and by the handler. AWS documents the length
 * alone; what is more would be part of another path, or is the ARN and not the id.
 *
 * @see https://docs.aws.amazon.com/connect/latest/APIReference/API_StopContact.html
 */
export function contactIdProblem(id: string): string | undefined {
  if (/^[a-zA-Z0-9_-]{1,256}$/.test(id)) return undefined;
  return 'is not a contact id: it has 1 to 256 letters, digits, "_" or "-", and is a UUID as a rule';
}
