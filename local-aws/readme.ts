/* `npm run readme -w local-aws`: the tables of README.md, from what the services declare. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LocalAws } from './local-aws';

export const README = path.join(__dirname, 'README.md');
const [BEGIN, END] = ['<!-- npm run readme -->', '<!-- end -->'];

const named = (names: Iterable<string>) =>
  [...names]
    .sort()
    .map((name) => `\`${name}\``)
    .join(', ');

/** The text with the tables as they are now. */
export async function withTables(text: string): Promise<string> {
  const aws = await LocalAws.start();
  const operations = aws.services.map(({ api, signingNames, passedOn = Object.keys(api!.operations) }) => [api?.name ?? signingNames[0], passedOn] as const);
  const { resourceTypes } = aws.cloudformation;
  await aws.stop();
  const tables = [
    '| service | operations |\n|---|---|',
    ...operations.map(([service, names]) => `| ${service} | ${named(names)} |`).sort(),
    '',
    '| resource type | properties |\n|---|---|',
    ...[...resourceTypes].map(([type, properties]) => `| \`${type}\` | ${named(properties)} |`).sort(),
  ];
  const [before, rest] = text.split(BEGIN);
  const [, after] = rest.split(END);
  return `${before}${BEGIN}\n\n${tables.join('\n')}\n\n${END}${after}`;
}

if (require.main === module) {
  void withTables(readFileSync(README, 'utf8')).then((text) => writeFileSync(README, text));
}
