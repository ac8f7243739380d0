import js from '@eslint/js';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['lib/**/*.js', 'contract/**/*.js', '**/*.d.ts', 'bundles', 'dist', '**/cdk.out', 'coverage'] },
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
  { files: ['**/*.cjs'], languageOptions: { globals: { process: 'readonly', require: 'readonly', console: 'readonly', Buffer: 'readonly', setTimeout: 'readonly' } }, rules: { '@typescript-eslint/no-require-imports': 'off' } },
);
