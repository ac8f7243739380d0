import { randomBytes } from 'node:crypto';

/** A physical id as CloudFormation makes it. */
export function generatedName(stackName: string, logicalId: string, maxLength = 128): string {
  const random = randomBytes(9).toString('base64').replace(/[+/]/g, 'x');
  const room = maxLength - random.length - 2;
  // CloudFormation shortens both parts, the stack's name more.
  const id = logicalId.slice(0, Math.max(Math.ceil(room / 2), room - stackName.length));
  return `${stackName.slice(0, room - id.length)}-${id}-${random}`;
}
