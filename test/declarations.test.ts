import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import * as ts from 'typescript';

/* What TypeScript makes of the declarations that the package holds, without the sources beside them. */

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cdk-teardown-declarations-'));
  cpSync('lib', join(folder, 'lib'), { recursive: true, filter: (path) => !path.endsWith('.ts') || path.endsWith('.d.ts') });
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Its errors. */
function compile(source: string): string[] {
  const file = join(folder, 'user.ts');
  writeFileSync(file, source);
  const program = ts.createProgram([file], {
    noEmit: true,
    strict: true,
    skipLibCheck: true,
    types: ['node', 'jest'],
    typeRoots: [resolve('node_modules/@types')],
    // Without the namespaces of all the services, which nothing here names and which take most of the time.
    paths: { 'aws-cdk-lib': [resolve('node_modules/aws-cdk-lib/core/index.d.ts')] },
    module: ts.ModuleKind.Node16,
    moduleResolution: ts.ModuleResolutionKind.Node16,
    target: ts.ScriptTarget.ES2022,
  });
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

test('they keep the services apart as the sources do', () => {
  expect(compile(readFileSync('test/lib/kinds.test.ts', 'utf8').replace("'../../lib'", "'./lib'"))).toEqual([]);
}, 180_000);
