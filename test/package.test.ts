import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SERVICES = ['mqtt', 'chat', 'things'];

test.each(SERVICES)('the %s bundle has at most 300 KB', (service) => {
  expect(readFileSync(`bundles/${service}/index.js`).length).toBeLessThanOrEqual(300_000);
});

test('two builds give the same bytes, so that an upgrade without changes updates no function', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cdk-teardown-bundles-'));
  try {
    execFileSync('node_modules/.bin/tsx', ['build/handlers.ts', folder]);
    for (const service of SERVICES) {
      expect(readFileSync(join(folder, service, 'index.js')).equals(readFileSync(`bundles/${service}/index.js`))).toBe(true);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the package holds lib, the bundles, .jsii, README and LICENSE, and nothing else', () => {
  const output = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const packed = JSON.parse(output);
  const [{ files }] = Array.isArray(packed) ? packed : Object.values<any>(packed);
  const paths: string[] = files.map(({ path }: { path: string }) => path);
  const library = paths.filter((path) => path.startsWith('lib/'));
  expect(library.filter((path) => !/\.(js|d\.ts)$/.test(path))).toEqual([]);
  expect(library).toEqual(expect.arrayContaining(['lib/index.js', 'lib/index.d.ts', 'lib/mqtt/mqtt-disconnection.js']));
  expect(paths.filter((path) => !path.startsWith('lib/')).sort()).toEqual([
    '.jsii', 'LICENSE', 'README.md', ...SERVICES.map((service) => `bundles/${service}/index.js`).sort(), 'package.json',
  ]);
});

test('has no dependency but its peers, and every development dependency is pinned', () => {
  const { dependencies, bundledDependencies, devDependencies, peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect([dependencies, bundledDependencies]).toEqual([undefined, undefined]);
  expect(Object.keys(peerDependencies)).toEqual(['aws-cdk-lib', 'constructs']);
  expect(Object.entries<string>(devDependencies).filter(([, version]) => !/^\d/.test(version))).toEqual([]);
});
