/** The logical ids, of resources and of parameters, that intrinsic functions in a part of a template name. */
export function namedIn(part: unknown): string[] {
  if (Array.isArray(part)) return part.flatMap(namedIn);
  if (typeof part !== 'object' || part === null) return [];
  return Object.entries(part).flatMap(([key, value]) => [...namedBy(key, value), ...namedIn(value)]);
}

function namedBy(key: string, value: unknown): string[] {
  const [text, variables = {}] = [value].flat();
  if (typeof text !== 'string') return [];
  if (key === 'Ref') return [text];
  if (key === 'Fn::GetAtt') return [text.split('.')[0]];
  if (key === 'Fn::Sub') return Array.from(text.matchAll(/\$\{([^!.}]+)/g), ([, id]) => id).filter((id) => !(id in Object(variables)));
  return [];
}
