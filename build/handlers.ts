/* Bundles each service's handler into the files that are shipped in the package. An argument names another folder than bundles. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';
import { SERVICES } from './services';

const MAX_BYTES = 300_000;
const [folder = 'bundles'] = process.argv.slice(2);

/**
 * The SDK's clients declare the schemas of all their operations with computed keys, which no bundler drops when unused. With the keys
 * written out, only the operations that a handler calls stay: the IoT control plane shrinks by 110 KB.
 */
const writtenOutKeys: Plugin = {
  name: 'written-out-keys',
  setup({ onLoad }) {
    onLoad({ filter: /dist-es[\\/]schemas[\\/]schemas_0\.js$/ }, ({ path }) => {
      const code = readFileSync(path, 'utf8');
      const names = new Map([...code.matchAll(/^const (_\w+) = (".*");$/gm)].map(([, name, literal]) => [name, literal]));
      return { contents: code.replace(/\[(_\w+)\]:/g, (key, name) => (names.has(name) ? `${names.get(name)}:` : key)) };
    });
  },
};

/**
 * An `import` of a built-in module reads all its exports, lazy ones too: of `node:http` that is the whole of undici, a third of a cold
 * start. Asked for at run time, a module gives what is used.
 */
const lazyBuiltins: Plugin = {
  name: 'lazy-builtins',
  setup({ onResolve, onLoad }) {
    const builtins = new RegExp(`^(node:)?(${builtinModules.join('|')})$`);
    onResolve({ filter: builtins }, ({ path }) => ({ path: path.replace(/^node:/, ''), namespace: 'builtin', sideEffects: false }));
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({ contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});` }));
  },
};

/** Returns the files that went in. */
async function bundle(service: string): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: [`lambda/${service}/index.ts`],
    outdir: `${folder}/${service}`,
    bundle: true,
    // What only one kind of source needs, S3's client for instance, is a file of its own that is loaded when it is needed.
    splitting: true,
    chunkNames: '[name]-[hash]',
    outExtension: { '.js': '.mjs' },
    minify: true,
    platform: 'node',
    target: 'node22',
    format: 'esm',
    // ES modules can be shaken; esbuild's default for node is a bundle half as large again.
    mainFields: ['module', 'main'],
    conditions: ['module'],
    // Lambda gives a function its credentials in the environment; the other places to look for them are a third of the bundle.
    alias: { '@aws-sdk/credential-provider-node': './build/credentials-from-environment.ts' },
    plugins: [writtenOutKeys, lazyBuiltins],
    legalComments: 'none',
    metafile: true,
  });
  const bytes = startUpBytes(`lambda/${service}/index.ts`, metafile.outputs);
  const total = Object.values(metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
  console.log(`${folder}/${service}  ${bytes} bytes to start, ${total} in all`);
  if (bytes > MAX_BYTES) throw new Error(`the ${service} handler is larger than ${MAX_BYTES} bytes`);
  return Object.values(metafile.outputs).flatMap((output) => Object.keys(output.inputs));
}

/** Of the handler's file and all that it loads at once. */
function startUpBytes(handler: string, outputs: Metafile['outputs']): number {
  const loaded = new Set(Object.keys(outputs).filter((file) => outputs[file].entryPoint === handler));
  for (const file of loaded) {
    for (const { path, kind, external } of outputs[file].imports) {
      if (kind === 'import-statement' && !external) loaded.add(path);
    }
  }
  return [...loaded].reduce((sum, file) => sum + outputs[file].bytes, 0);
}

/** The licenses of what the bundles hold of others ask to be kept with it. */
function writeNotices(inputs: readonly string[]): void {
  const packages = [...new Set(inputs.flatMap((file) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []))].sort();
  const holders = new Map<string, string[]>();
  for (const path of packages) {
    const { name, version, license } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
    const files = readdirSync(path)
      .filter((file) => /^(licen[cs]e|notice)/i.test(file))
      .sort();
    const text = files.map((file) => readFileSync(join(path, file), 'utf8').trim()).join('\n\n');
    holders.set(text, [...(holders.get(text) ?? []), `${name} ${version} (${license})`]);
  }
  const notices = [...holders].map(([text, names]) => `${names.join('\n')}\n\n${text}\n`);
  writeFileSync(join(folder, 'THIRD-PARTY-LICENSES'), notices.join(`\n${'-'.repeat(80)}\n\n`));
}

rmSync(folder, { recursive: true, force: true });
Promise.all(SERVICES.map(bundle)).then(
  (inputs) => writeNotices(inputs.flat()),
  (error) => {
    console.error(error.message);
    process.exitCode = 1;
  },
);
