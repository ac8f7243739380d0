/*
 * `npm run test:languages`: makes the package of each language, synthesizes the same app with each, and compares the templates with TypeScript's,
 * to the hashes of the functions' code. What it downloads are aws-cdk-lib and jsii's runtime in each language.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { loadAssemblyFromPath, TypeKind, type ClassType } from '@jsii/spec';

const FOLDER = 'test/languages';
const GENERATED = path.resolve(FOLDER, 'generated');
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

interface Language {
  readonly name: string;
  /** Commands without which it cannot be run, with arguments that tell whether they are there. */
  readonly needs: ReadonlyArray<readonly [command: string, ...args: string[]]>;
  /** Installs, compiles and runs the app. */
  readonly synth: () => void;
  /** Whether CI may do without. */
  readonly isOptional?: boolean;
  /** Whether no more can be done than to compile the package: it has no app. */
  readonly compilesOnly?: boolean;
}

function run(command: string, args: readonly string[], { cwd = FOLDER, outdir }: { cwd?: string; outdir?: string } = {}): void {
  const env = { ...process.env, ...(outdir ? { CDK_OUTDIR: path.join(GENERATED, outdir) } : {}) };
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, env, encoding: 'utf8', maxBuffer: Infinity });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${stdout.slice(-4000)}${stderr.slice(-4000)}`);
}

const LANGUAGES: readonly Language[] = [
  {
    name: 'Python',
    needs: [['python3', '-m', 'venv', '--help']],
    synth: () => {
      const venv = path.join(GENERATED, 'venv');
      run('python3', ['-m', 'venv', venv]);
      run(path.join(venv, 'bin/pip'), ['install', '--quiet', path.join(GENERATED, 'python'), '-r', 'python/requirements.txt']);
      run(path.join(venv, 'bin/python'), ['python/app.py'], { outdir: 'Python' });
    },
  },
  {
    name: 'Java',
    needs: [
      ['javac', '-version'],
      ['mvn', '--version'],
    ],
    synth: () => {
      // One build of both, so that no local repository keeps the package.
      const both = ['java', '../java'].map((module) => `<module>${module}</module>`).join('');
      const project =
        '<modelVersion>4.0.0</modelVersion><groupId>com.example</groupId><artifactId>both</artifactId><version>0</version><packaging>pom</packaging>';
      writeFileSync(path.join(GENERATED, 'pom.xml'), `<project>${project}<modules>${both}</modules></project>`);
      const goals = ['compile', 'dependency:build-classpath', '-Dmdep.outputFile=target/classpath'];
      run('mvn', ['--batch-mode', '--quiet', `-Dcdk-teardown.version=${version}`, ...goals], { cwd: GENERATED });
      const classpath = `${FOLDER}/java/target/classes${path.delimiter}${readFileSync(`${FOLDER}/java/target/classpath`, 'utf8')}`;
      run('java', ['-cp', classpath, 'EndWhatIsLive'], { cwd: '.', outdir: 'Java' });
    },
  },
  {
    name: 'Go',
    needs: [['go', 'version']],
    synth: () => run('go', ['run', '.'], { cwd: `${FOLDER}/go`, outdir: 'Go' }),
  },
  {
    name: '.NET',
    needs: [['dotnet', '--version']],
    synth: () => run('dotnet', ['build', path.join(GENERATED, 'dotnet/CdkTeardown')]),
    isOptional: true,
    compilesOnly: true,
  },
];

function timed(title: string, act: () => void): void {
  const begun = performance.now();
  act();
  console.log(`${((performance.now() - begun) / 1000).toFixed(1).padStart(5)} s  ${title}`);
}

function templatesOf(outdir: string): Record<string, unknown> {
  const folder = path.join(GENERATED, outdir);
  const templates = readdirSync(folder).filter((file) => file.endsWith('.template.json'));
  return Object.fromEntries(templates.map((file) => [file, JSON.parse(readFileSync(path.join(folder, file), 'utf8'))]));
}

/** What the apps leave out of the library, and why. */
const LEFT_OUT: Record<string, string> = {
  'Confirm.none': 'the default',
  'Force.never': 'the default',
  'ManifestFormat.lines': 'the default',
};

/** All constructs, and all that makes sources, formats and the like: static methods that return their class. */
function* expectedInApps(): Generator<[name: string, code: string]> {
  const { name: library, types = {} } = loadAssemblyFromPath('.');
  for (const type of Object.values(types).filter((one): one is ClassType => one.kind === TypeKind.Class)) {
    if (type.base === `${library}.Teardown`) yield [type.name, `new ${type.name}(`];
    for (const method of type.methods ?? []) {
      const { returns } = method;
      if (!method.static || !returns || !('fqn' in returns.type) || returns.type.fqn !== type.fqn) continue;
      yield [`${type.name}.${method.name}`, `${type.name}.${method.name}(`];
    }
  }
}

function expectWholeApi(): void {
  const app = readdirSync(`${FOLDER}/typescript`).map((file) => readFileSync(`${FOLDER}/typescript/${file}`, 'utf8'));
  const expected = [...expectedInApps()];
  const used = new Set(expected.filter(([, code]) => app.join('').includes(code)).map(([name]) => name));
  const forgotten = expected.map(([name]) => name).filter((name) => !used.has(name) && !(name in LEFT_OUT));
  assert.deepEqual(forgotten, [], 'the apps do not use this, which they should, or LEFT_OUT should say why not');
  const wrong = Object.keys(LEFT_OUT).filter((name) => used.has(name) || !expected.some(([one]) => one === name));
  assert.deepEqual(wrong, [], 'the apps use this, or the library has it no more, so that LEFT_OUT need not name it');
}

const missing = ({ needs }: Language) => needs.filter(([command, ...args]) => spawnSync(command, args).status !== 0).map((need) => need.join(' '));

function compare({ name, synth, compilesOnly }: Language, expected: unknown): void {
  timed(`${name}: the package compiles${compilesOnly ? '' : ", the app's templates equal TypeScript's"}`, () => {
    synth();
    if (!compilesOnly) assert.deepEqual(templatesOf(name), expected, `the templates in ${name} are others than in TypeScript`);
  });
}

expectWholeApi();
rmSync(GENERATED, { recursive: true, force: true });
mkdirSync(GENERATED, { recursive: true });
timed('the packages of five languages are generated', () =>
  run('jsii-pacmak', ['--code-only', '--pack-command', 'npm pack --ignore-scripts', '--outdir', GENERATED], { cwd: '.' }),
);
timed('TypeScript: the app is synthesized', () => run('tsx', [`${FOLDER}/typescript/app.ts`], { cwd: '.', outdir: 'TypeScript' }));
const expected = templatesOf('TypeScript');

let failed = 0;
let notRun = 0;
for (const language of LANGUAGES) {
  const lacking = missing(language);
  if (lacking.length > 0) {
    notRun++;
    if (process.env.CI && !language.isOptional) failed++;
    console.error(`\nNOT RUN: ${language.name}. The package was generated, and neither compiled nor tried, because this fails here: ${lacking.join('; ')}\n`);
    continue;
  }
  try {
    compare(language, expected);
  } catch (error) {
    failed++;
    console.error(`\nFAILED: ${language.name}. ${(error as Error).message}\n`);
  }
}
console.log(
  `${LANGUAGES.length - notRun} of ${LANGUAGES.length} languages besides TypeScript were tried, ${failed} failed${notRun ? `, ${notRun} NOT RUN` : ''}.`,
);
if (failed > 0) process.exitCode = 1;
