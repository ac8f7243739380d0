import { Token } from 'aws-cdk-lib';

/**
 * Whether an AWS IoT policy may let one of the clients connect, as far as its document tells at synth. What is known only later, and variables
 * such as `${iot:Connection.Thing.ThingName}`, may be anything; conditions may hold, and denials may not.
 *
 * @param document with what is known only later as intrinsic functions
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-policies.html
 */
export function mayConnect(document: any, ids: readonly string[] | undefined): boolean {
  const statements = [document?.Statement].flat();
  return statements.some((statement) => {
    const { Effect, Action, Resource } = statement ?? {};
    if (Effect === 'Deny') return false;
    return patterns(Action).some((action) => matcher(action, 'i').test('iot:Connect')) && patterns(Resource).some((arn) => coversOne(arn, ids));
  });
}

function coversOne(arn: string, ids: readonly string[] | undefined): boolean {
  const [, , , , , ...resource] = arn.split(':');
  // A wildcard that goes over colons.
  if (resource.length === 0) return true;
  const pattern = resource.join(':');
  if (!ids || ids.some((id) => Token.isUnresolved(id))) return /^client|^[a-z]*[*?]/.test(pattern);
  const covered = matcher(pattern);
  return ids.some((id) => covered.test(`client/${id}`));
}

/** Texts with wildcards for what is not known. */
function patterns(value: unknown): string[] {
  return [value].flat().map((one) => pattern(one).replace(/\$\{[^}]*\}/g, '*'));
}

function pattern(value: any): string {
  if (typeof value === 'string') return value;
  const [separator, parts] = value?.['Fn::Join'] ?? [];
  if (Array.isArray(parts)) return parts.map(pattern).join(separator);
  return '*';
}

function matcher(pattern: string, flags = ''): RegExp {
  const expression = pattern
    .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${expression}$`, `s${flags}`);
}
