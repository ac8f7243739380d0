import { transformSync } from 'esbuild';

/** What jest runs of a TypeScript file; `npm run typecheck` checks its types. */
export default {
  process: (source, sourcefile) =>
    transformSync(source, {
      sourcefile,
      loader: 'ts',
      format: 'cjs',
      target: 'node20',
      sourcemap: 'inline',
      // Jest's sandbox has no import() of its own.
      supported: { 'dynamic-import': false },
    }),
};
