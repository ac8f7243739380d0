import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const EXAMPLES: readonly string[] = readdirSync('examples')
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -'.ts'.length));

export const SNAPSHOTS = 'test/snapshots';

/** What the CLI would give the examples. */
export const context = (): string => JSON.stringify(JSON.parse(readFileSync('cdk.json', 'utf8')).context);

/** The templates of a cloud assembly by their names, without what says nothing of the example: hashes of code, and the check for a bootstrapped account. */
export function templatesIn(assembly: string): Record<string, unknown> {
  const files = readdirSync(assembly, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.template.json'));
  return Object.fromEntries(
    files.sort().map((file) => {
      const template = readFileSync(join(assembly, file), 'utf8').replace(/\b[0-9a-f]{64}(?=\.(zip|json)\b)/g, 'hash');
      const {
        Parameters: { BootstrapVersion, ...Parameters } = {} as any,
        Rules: { CheckBootstrapVersion, ...Rules } = {} as any,
        ...rest
      } = JSON.parse(template);
      return [file.slice(0, -'.template.json'.length), { ...rest, ...some({ Parameters }), ...some({ Rules }) }];
    }),
  );
}

function some(section: Record<string, object>): object {
  return Object.fromEntries(Object.entries(section).filter(([, entries]) => Object.keys(entries).length > 0));
}
