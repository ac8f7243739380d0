/* `npm run mutants`: what no test notices. Changes one place of the code at a time, in a copy, and runs the tests that are nearest to it. */
import { spawn, execFileSync, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, normalize, resolve } from 'node:path';
import { Command } from 'commander';
import { mutantsOf, type Mutant } from './mutations';

/** What is further away says little about a file, and takes minutes. */
const NEAREST = 3;
const MUTATED = /^(lambda|contract|lib\/private)\/.*\.ts$/;
const TESTS = /^test\/(lambda|lib)\/.*\.test\.ts$/;

const { count, seed, file: only, numbers, workers } = new Command('npm run mutants --')
  .option('--count <count>', 'how many mutants', Number, 100)
  .option('--seed <seed>', 'which ones', Number, 1)
  .option('--file <file>', 'of this file only')
  .option('--numbers <numbers>', 'of those, only the ones with these numbers, for example 3,17', (list) => list.split(',').map(Number))
  .option('--workers <workers>', 'how many at a time', Number, 2)
  .parse().opts<{ count: number; seed: number; file?: string; numbers?: number[]; workers: number }>();

const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { encoding: 'utf8' }).split('\n').filter((file) => file && existsSync(file));
const folder = mkdtempSync(join(tmpdir(), 'cdk-teardown-mutants-'));
const running = new Set<ChildProcess>();

function cleanUp(): void {
  for (const child of running) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** The chosen part of all mutants, by a shuffle that the seed decides. */
function sample(): Mutant[] {
  const all = files.filter((file) => (only ? file === normalize(only) : MUTATED.test(file))).flatMap((file) => mutantsOf(file, readFileSync(file, 'utf8')));
  let state = seed;
  const random = () => {
    // https://en.wikipedia.org/wiki/Linear_congruential_generator, with the figures of Numerical Recipes.
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
  console.log(`${Math.min(count, all.length)} of ${all.length} mutants, seed ${seed}`);
  return all.map((mutant) => [random(), mutant] as const).sort(([one], [other]) => one - other).slice(0, count).map(([, mutant]) => mutant);
}

const imports = new Map(files.filter((file) => file.endsWith('.ts')).map((file) => {
  const paths = [...readFileSync(file, 'utf8').matchAll(/(?:from|import\()\s*'(\.[^']*)'/g)].map(([, path]) => join(dirname(file), path));
  return [file, paths.flatMap((path) => [`${path}.ts`, `${path}/index.ts`]).filter((path) => existsSync(path))];
}));

/** The tests that import the file by the fewest steps; of those, its namesake first. */
function nearestTo(file: string): string[] {
  const steps = new Map([[file, 0]]);
  for (const [path, distance] of steps) {
    for (const [importer, imported] of imports) {
      if (!steps.has(importer) && imported.includes(path)) steps.set(importer, distance + 1);
    }
  }
  const namesake = file.replace(/^.*\//, '/').replace(/\.ts$/, '.test.ts');
  const far = (test: string) => steps.get(test)! - Number(test.endsWith(namesake)) * 10;
  return [...steps.keys()].filter((path) => TESTS.test(path)).sort((one, other) => far(one) - far(other)).slice(0, NEAREST);
}

/** A copy of the project that tests can run in. */
function copy(name: string): string {
  const root = join(folder, name);
  for (const file of files) cpSync(file, join(root, file));
  for (const path of ['node_modules', 'bundles']) symlinkSync(resolve(path), join(root, path));
  return root;
}

/** How jest ended: undefined after the time limit. */
function jest(root: string, tests: readonly string[], limitMs: number): Promise<number | undefined> {
  return new Promise((done) => {
    const child = spawn(process.execPath, [resolve('node_modules/jest/bin/jest.js'), '--ci', '-i', '--bail', '--forceExit', '--cacheDirectory', join(folder, 'cache'), '--runTestsByPath', ...tests],
      { cwd: root, stdio: ['ignore', 'ignore', 'ignore'] });
    running.add(child);
    const timer = setTimeout(() => child.kill('SIGKILL'), limitMs);
    child.on('close', (code) => {
      clearTimeout(timer);
      running.delete(child);
      done(code ?? undefined);
    });
  });
}

/** How long a test takes without a mutant; undefined if it fails even so. */
const durations = new Map<string, Promise<number | undefined>>();

async function durationOf(root: string, test: string): Promise<number | undefined> {
  const started = performance.now();
  return await jest(root, [test], 300_000) === 0 ? performance.now() - started : undefined;
}

/** Undefined if that cannot be told, because no test passes without the mutant. */
async function isKilled(root: string, { file, start, end, after }: Mutant, untouched: string): Promise<boolean | undefined> {
  const code = readFileSync(join(untouched, file), 'utf8');
  let isTested = false;
  for (const test of nearestTo(file)) {
    if (!durations.has(test)) durations.set(test, durationOf(untouched, test));
    const duration = await durations.get(test);
    if (duration === undefined) continue;
    isTested = true;
    writeFileSync(join(root, file), code.slice(0, start) + after + code.slice(end));
    try {
      if (await jest(root, [test], 10_000 + 3 * duration) !== 0) return true;
    } finally {
      writeFileSync(join(root, file), code);
    }
  }
  return isTested ? false : undefined;
}

async function main(): Promise<void> {
  const mutants = sample();
  const queue = [...mutants.entries()].filter(([n]) => numbers?.includes(n + 1) ?? true);
  const tally = { killed: 0, survived: 0, untested: 0 };
  await Promise.all(Array.from({ length: workers }, async (_, worker) => {
    const [root, untouched] = [copy(`mutated-${worker}`), copy(`untouched-${worker}`)];
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [n, mutant] = next;
      const killed = await isKilled(root, mutant, untouched);
      if (killed) tally.killed += 1;
      else if (killed === undefined) tally.untested += 1;
      else tally.survived += 1;
      if (killed) continue;
      const [before, after] = [mutant.before, mutant.after].map((text) => text.replace(/\s+/g, ' '));
      console.log(`#${n + 1} ${killed === undefined ? 'untested' : 'survived'}  ${mutant.file}:${mutant.line}  ${before}  ->  ${after}`);
    }
  }));
  const { killed, survived, untested } = tally;
  console.log(`${killed} killed, ${survived} survived, ${untested} untested: ${((100 * killed) / (killed + survived)).toFixed(0)} %`);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    cleanUp();
    process.exit(130);
  });
}
main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
}).finally(cleanUp);
