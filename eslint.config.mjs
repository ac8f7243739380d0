import { existsSync, readdirSync } from 'node:fs';
import js from '@eslint/js';
import { includeIgnoreFile } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Who may not import whom: https://eslint.org/docs/latest/rules/no-restricted-imports */
const apart = (files, ...walls) => ({
  files,
  rules: { 'no-restricted-imports': ['error', { patterns: walls.map(([group, message]) => ({ group, message })) }] },
});
const HANDLERS = [['**/lambda/**'], 'constructs and handlers share contract/ and nothing else'];
const CONSTRUCTS = [['**/lib/**'], 'constructs and handlers share contract/ and nothing else'];
const STAND_IN = [['**/local-aws/**'], 'the stand-in is for tests, the demo and benchmarks'];
const STANDS_ALONE = 'the stand-in knows AWS, not the library: it imports nothing from outside its folder';
const TESTS_ARE_ABOVE = [['**/test/**', '**/conformance/**'], 'what is tested does not know its tests'];
const SERVICE_NAMES = readdirSync('lambda').filter((folder) => existsSync(`lambda/${folder}/index.ts`));
const SERVICES = SERVICE_NAMES.map((name) => `**/${name}/**`);
const ALL_SERVE = [SERVICES, 'what serves all services knows none'];
const RUN_IS_ABOVE = [['**/run/**', '**/long/**'], 'run is above: it calls what serves it'];

export default tseslint.config(
  includeIgnoreFile(`${import.meta.dirname}/.gitignore`),
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    languageOptions: { parserOptions: { project: 'tsconfig.dev.json' } },
    files: ['**/*.ts'],
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      // CloudFormation templates and the SDK's middleware are untyped.
      '@typescript-eslint/no-explicit-any': 'off',
      'max-len': ['error', { code: 160, ignoreStrings: true, ignoreTemplateLiterals: true, ignoreRegExpLiterals: true }],
      eqeqeq: 'error',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      // A cause may hold what must not be logged: a token, a signed URL.
      'preserve-caught-error': 'off',
    },
  },
  apart(['lib/**/*.ts'], HANDLERS, STAND_IN),
  apart(['lib/sources/**/*.ts'], HANDLERS, STAND_IN, [SERVICES, 'a source serves any kind of targets']),
  apart(
    SERVICE_NAMES.map((name) => `lambda/${name}/**/*.ts`),
    CONSTRUCTS,
    STAND_IN,
  ),
  apart(
    ['lambda/run/**/*.ts'],
    CONSTRUCTS,
    STAND_IN,
    [[...SERVICES, '../sources/**', '../reading/**'], 'run is the flow: it knows no service and no source'],
    [['../long/**'], 'a run knows that it can go on, not how: it is given what carries it on'],
  ),
  apart(['lambda/long/**/*.ts'], CONSTRUCTS, STAND_IN, ALL_SERVE, [['../sources/**', '../reading/**'], 'a run that goes on knows no source']),
  apart(['lambda/sources/**/*.ts'], CONSTRUCTS, STAND_IN, ALL_SERVE, RUN_IS_ABOVE),
  apart(['lambda/{reading,targets}/**/*.ts'], CONSTRUCTS, STAND_IN, ALL_SERVE, RUN_IS_ABOVE, [['../sources/**'], 'sources are above: they are read with it']),
  apart(['lambda/{calls,clients}/**/*.ts'], CONSTRUCTS, STAND_IN, ALL_SERVE, RUN_IS_ABOVE, [
    ['../sources/**', '../reading/**', '../targets/**'],
    'calls and clients know no targets',
  ]),
  apart(
    ['contract/**/*.ts'],
    [
      ['aws-cdk-lib', 'aws-cdk-lib/**', 'constructs', '@aws-sdk/**', '**/lib/**', '**/lambda/**'],
      'both sides import contract/, so it imports nothing of theirs',
    ],
  ),
  apart(['local-aws/*.ts'], [['../**'], STANDS_ALONE], TESTS_ARE_ABOVE),
  apart(['local-aws/*/*.ts'], [['../../**'], STANDS_ALONE], TESTS_ARE_ABOVE),
  apart(['local-aws/{test,conformance}/*.ts'], [['../../**'], STANDS_ALONE]),
  apart(['local-aws/test/*/*.ts'], [['../../../**'], STANDS_ALONE]),
  {
    files: ['**/*.cjs', 'local-aws/**/*.mjs'],
    languageOptions: { globals: { process: 'readonly', require: 'readonly', console: 'readonly', Buffer: 'readonly', setTimeout: 'readonly' } },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
);
