import { existsSync } from 'node:fs';
import path from 'node:path';
import { NotImplemented } from '../service';

/** Those of AWS's that functions may be created with, and that there are binaries of: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html */
const RUNTIMES = ['nodejs22.x', 'nodejs24.x'];
export const NEWEST_RUNTIME = 'nodejs24.x';
/** A package of its own, which the script `runtimes` installs. */
const FOLDER = path.join(__dirname, 'runtimes');
/** Also what needs such a Node. */
export const RUNTIMES_PACKAGE = path.join(FOLDER, 'package.json');

/** The Node binary that runs functions of a runtime. */
export function nodeOf(runtime: string, substitute?: string): string {
  if (!RUNTIMES.includes(runtime)) throw new NotImplemented(`Lambda runtime ${runtime}`);
  if (substitute) return substitute;
  const platform = `${process.platform}-${process.arch}`;
  const binary = path.join(FOLDER, 'node_modules', `${runtime}-${platform}`, 'bin', 'node');
  if (!existsSync(binary)) {
    throw new Error(
      `local-aws has no Node for the runtime ${runtime} on ${platform}: run "npm run runtimes -w local-aws", which installs one if ${path.join(FOLDER, 'package.json')} ` +
        'names it; or choose by the option "node" a binary that runs all functions, whatever their runtime',
    );
  }
  return binary;
}
