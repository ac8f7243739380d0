import { transformSync } from 'esbuild';

/** As they are when all is bundled; jest looks for a file of that very name. */
const DYNAMIC_IMPORTS = /(?<=import\('\.[^']+)\.js(?='\))/g;

/** What jest runs of a TypeScript file; `npm run typecheck` checks its types. */
export default {
  process: (source, sourcefile) =>
    transformSync(source.replace(DYNAMIC_IMPORTS, ''), {
      sourcefile,
      loader: 'ts',
      format: 'cjs',
      target: 'node20',
      sourcemap: 'inline',
      // Jest's sandbox has no import() of its own.
      supported: { 'dynamic-import': false },
    }),
};
