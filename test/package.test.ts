import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SERVICES } from '../build/services';
import { table } from './support/page';

const filesOf = (service: string, folder = 'bundles') => readdirSync(join(folder, service)).sort();

/** What a file loads at once, and what those load. */
function loadedAtOnce(service: string, file = 'index.mjs', known = new Set<string>()): Set<string> {
  known.add(file);
  const code = readFileSync(`bundles/${service}/${file}`, 'utf8');
  for (const [, next] of code.matchAll(/(?:from|import)\s*"\.\/([^"]+)"/g)) {
    if (!known.has(next)) loadedAtOnce(service, next, known);
  }
  return known;
}

test.each(SERVICES)('the %s handler starts with at most 300 KB, and without the clients that only one kind of source needs', (service) => {
  const code = [...loadedAtOnce(service)].map((file) => readFileSync(`bundles/${service}/${file}`, 'utf8')).join('');
  expect(Buffer.byteLength(code)).toBeLessThanOrEqual(300_000);
  expect(code).toContain('CloudFormationClient');
  for (const client of ['S3Client', 'DynamoDBClient', 'SSMClient']) expect(code).not.toContain(client);
});

test('two builds give the same bytes, so that an upgrade without changes updates no function', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cdk-teardown-bundles-'));
  try {
    execFileSync('node_modules/.bin/tsx', ['build/handlers.ts', folder]);
    for (const service of SERVICES) {
      expect(filesOf(service, folder)).toEqual(filesOf(service));
      for (const file of filesOf(service)) {
        expect(readFileSync(join(folder, service, file)).equals(readFileSync(`bundles/${service}/${file}`))).toBe(true);
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('has no dependency but its peers, and every development dependency is pinned', () => {
  const { dependencies, bundledDependencies, devDependencies, peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect([dependencies, bundledDependencies]).toEqual([undefined, undefined]);
  expect(Object.keys(peerDependencies)).toEqual(['aws-cdk-lib', 'constructs']);
  expect(Object.entries<string>(devDependencies).filter(([, version]) => !/^\d/.test(version))).toEqual([]);
});

test('is developed with the oldest peers that it allows', () => {
  const { devDependencies, peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
  for (const [name, range] of Object.entries(peerDependencies)) expect(`^${devDependencies[name]}`).toBe(range);
});

test('and so are the apps in other languages, with the runtime that jsii-pacmak asks for', () => {
  const { devDependencies: pinned } = JSON.parse(readFileSync('package.json', 'utf8'));
  const peers = ['aws-cdk-lib', 'constructs'].map((name) => pinned[name]);
  const required = (file: string, pattern: RegExp) =>
    Array.from(readFileSync(`test/languages/${file}`, 'utf8').matchAll(pattern), ([, version]) => version).sort();
  expect(required('python/requirements.txt', /^[\w-]+==(.+)$/gm)).toEqual([...peers].sort());
  expect(required('java/pom.xml', /<artifactId>(?:aws-cdk-lib|constructs)<\/artifactId>\s+<version>(.+)<\/version>/g)).toEqual([...peers].sort());
  expect(required('go/go.mod', /\/(?:awscdk\/v2|constructs\/v10|jsii-runtime-go) v(\S+)/g)).toEqual([...peers, pinned['jsii-pacmak']].sort());
});

test('and the stand-in has what both need in the same version, so that there is one copy', () => {
  const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
  const standIn = JSON.parse(readFileSync('local-aws/package.json', 'utf8'));
  const all = Object.entries<string>({ ...standIn.dependencies, ...standIn.devDependencies });
  expect(all.filter(([name, version]) => version !== (devDependencies[name] ?? version) || !/^\d/.test(version))).toEqual([]);
});

test('and the badges of the README say what it says', () => {
  const { license, peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
  const badges = Array.from(readFileSync('README.md', 'utf8').matchAll(/img\.shields\.io\/badge\/(\S+)-[a-z]+\)/g), ([, badge]) => decodeURIComponent(badge));
  expect(badges).toEqual([`license-${license.replace('-', '--')}`, `aws--cdk--lib-≥_${peerDependencies['aws-cdk-lib'].replace('^', '')}`]);
});

test('and VERSIONS.md says what it runs with', () => {
  const { engines, peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
  const rows = table('VERSIONS.md', '', 'supported');
  const supported = Object.fromEntries(rows.map(([what, versions]) => [what, versions]));
  for (const [name, range] of Object.entries<string>(peerDependencies)) {
    const [, floor, major] = /^\^((\d+)\.\d+\.\d+)$/.exec(range)!;
    expect([name, supported[`\`${name}\``]]).toEqual([name, `${floor} and later of ${major}`]);
  }
  const [oldest] = supported['Node.js of CDK apps, also those in Python, Java, .NET and Go'].split(', ');
  expect(engines).toEqual({ node: `>= ${oldest}.0.0` });
  const [, newest] = /'aws-cdk-lib': '(.*?)'/.exec(readFileSync('test/lanes.ts', 'utf8'))!;
  const tested = `All is tested with ${peerDependencies['aws-cdk-lib'].slice(1)}, the constructs also with ${newest}, the newest`;
  expect(rows[0][2]).toContain(tested);
});
