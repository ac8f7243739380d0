/* `npm run mutants`: what no test notices. Changes one place of the code at a time, in a copy, and runs the tests that are nearest to it. */
import { spawn, execFileSync, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, normalize, resolve } from 'node:path';
import { Command } from 'commander';
import { mutantsOf, type Mutant } from './mutations';

const MUTATED = /^(lambda|contract|lib\/(private|sources))\/.*\.ts$/;
const TESTS = /^test\/(lambda|lib)\/.*\.test\.ts$/;

const {
  count,
  seed,
  file: only,
  numbers,
  tests: nearest,
  workers,
} = new Command('npm run mutants --')
  .option('--count <count>', 'how many mutants', Number, 100)
  .option('--seed <seed>', 'which ones', Number, 1)
  .option('--file <file>', 'of this file only')
  .option('--numbers <numbers>', 'of those, only the ones with these numbers, for example 3,17', (list) => list.split(',').map(Number))
  .option('--tests <tests>', 'how many test files each may cost; all take minutes', Number, 3)
  .option('--workers <workers>', 'how many at a time', Number, 2)
  .parse()
  .opts<{ count: number; seed: number; file?: string; numbers?: number[]; tests: number; workers: number }>();

const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { encoding: 'utf8' })
  .split('\n')
  .filter((file) => file && existsSync(file));
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
  // https://en.wikipedia.org/wiki/Linear_congruential_generator, with the figures of Numerical Recipes.
  const random = () => (state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32);
  console.log(`${Math.min(count, all.length)} of ${all.length} mutants, seed ${seed}`);
  return all
    .map((mutant) => [random(), mutant] as const)
    .sort(([one], [other]) => one - other)
    .slice(0, count)
    .map(([, mutant]) => mutant);
}

const imports = new Map(
  files
    .filter((file) => file.endsWith('.ts'))
    .map((file) => {
      const paths = [...readFileSync(file, 'utf8').matchAll(/(?:from|import\()\s*'(\.[^']*)'/g)].map(([, path]) => join(dirname(file), path));
      return [file, paths.flatMap((path) => [`${path}.ts`, `${path}/index.ts`]).filter((path) => existsSync(path))];
    }),
);

/** The tests that import the file by the fewest steps, its namesake first; of those as near as each other, the ones that speak of it most. */
function nearestTo(file: string): string[] {
  const steps = new Map([[file, 0]]);
  for (const [path, distance] of steps) {
    for (const [importer, imported] of imports) {
      if (!steps.has(importer) && imported.includes(path)) steps.set(importer, distance + 1);
    }
  }
  const name = basename(file, '.ts');
  const rank = (test: string) => {
    const text = readFileSync(test, 'utf8').toLowerCase();
    const mentions = name.split('-').reduce((sum, word) => sum + text.split(word).length - 1, 0);
    return [basename(test, '.test.ts') === name ? 0 : steps.get(test)!, -mentions];
  };
  return [...steps.keys()]
    .filter((path) => TESTS.test(path))
    .map((test) => ({ test, rank: rank(test) }))
    .sort(({ rank: [one, most] }, { rank: [other, more] }) => one - other || most - more)
    .slice(0, nearest)
    .map(({ test }) => test);
}

/** A copy of the project that tests can run in. */
function copy(name: string): string {
  const root = join(folder, name);
  for (const file of files) cpSync(file, join(root, file));
  for (const path of ['node_modules', 'bundles']) symlinkSync(resolve(path), join(root, path));
  return root;
}

/** Whether a test passes within the time limit. */
function passes(root: string, test: string, limitMs: number): Promise<boolean> {
  return new Promise((done) => {
    const child = spawn(
      process.execPath,
      [resolve('node_modules/jest/bin/jest.js'), '--ci', '-i', '--bail', '--forceExit', '--cacheDirectory', join(folder, 'cache'), '--runTestsByPath', test],
      { cwd: root, stdio: 'ignore' },
    );
    running.add(child);
    const timer = setTimeout(() => child.kill('SIGKILL'), limitMs);
    child.on('close', (code) => {
      clearTimeout(timer);
      running.delete(child);
      done(code === 0);
    });
  });
}

/** How long each test takes without a mutant; undefined if it fails even so. */
const durations = new Map<string, Promise<number | undefined>>();

async function durationOf(root: string, test: string): Promise<number | undefined> {
  const started = performance.now();
  return (await passes(root, test, 300_000)) ? performance.now() - started : undefined;
}

/** Undefined if that cannot be told, because no test passes without the mutant. */
async function isKilled(root: string, { file, start, end, after }: Mutant, untouched: string): Promise<boolean | undefined> {
  const code = readFileSync(join(untouched, file), 'utf8');
  let verdict: false | undefined;
  writeFileSync(join(root, file), code.slice(0, start) + after + code.slice(end));
  try {
    for (const test of nearestTo(file)) {
      if (!durations.has(test)) durations.set(test, durationOf(untouched, test));
      const duration = await durations.get(test);
      if (duration === undefined) continue;
      if (!(await passes(root, test, 10_000 + 3 * duration))) return true;
      verdict = false;
    }
    return verdict;
  } finally {
    writeFileSync(join(root, file), code);
  }
}

async function main(): Promise<void> {
  const mutants = sample();
  const queue = [...mutants.entries()].filter(([n]) => numbers?.includes(n + 1) ?? true);
  const untouched = copy('untouched');
  const tally = { killed: 0, survived: 0, untested: 0 };
  await Promise.all(
    Array.from({ length: workers }, async (_, worker) => {
      const root = copy(`mutated-${worker}`);
      for (let next = queue.shift(); next; next = queue.shift()) {
        const [n, mutant] = next;
        const killed = await isKilled(root, mutant, untouched);
        const outcome = killed ? 'killed' : killed === undefined ? 'untested' : 'survived';
        tally[outcome] += 1;
        const [before, after] = [mutant.before, mutant.after].map((text) => text.replace(/\s+/g, ' '));
        if (!killed) console.log(`#${n + 1} ${outcome}  ${mutant.file}:${mutant.line}  ${before}  ->  ${after}`);
      }
    }),
  );
  const { killed, survived, untested } = tally;
  console.log(`${killed} killed, ${survived} survived, ${untested} untested: ${((100 * killed) / (killed + survived)).toFixed(0)} %`);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    cleanUp();
    process.exit(130);
  });
}
main()
  .catch((error) => {
    console.error(error);
    process.exitCode = 1;
  })
  .finally(cleanUp);
