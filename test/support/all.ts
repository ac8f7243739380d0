import type { Target } from '../../lambda/targets/target';

/** The ids of all targets that a source finds. */
export async function all(targets: AsyncIterable<Target>): Promise<string[]> {
  const found: string[] = [];
  for await (const { id } of targets) found.push(id);
  return found;
}
