/*
 * `npm run record-release`: keeps of this version what later ones are compared with. That is its API, and what it deploys of the app in
 * `next`, handlers included, as a cloud assembly that the CLI can deploy again.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { zipped } from '../../local-aws/test/support/test-stack';

const readJson = (file: string): any => JSON.parse(readFileSync(file, 'utf8'));
const writeJson = (file: string, value: unknown) => writeFileSync(file, `${JSON.stringify(value, undefined, 2)}\n`);

/** What the CLI needs to deploy it: handlers as the zips that it would make, and nothing that tells where this ran. */
async function keepAssembly(from: string, to: string): Promise<void> {
  mkdirSync(to);
  const manifest = readJson(path.join(from, 'manifest.json'));
  for (const [id, artifact] of Object.entries<any>(manifest.artifacts)) {
    if (!['aws:cloudformation:stack', 'cdk:asset-manifest'].includes(artifact.type)) delete manifest.artifacts[id];
    delete artifact.metadata;
    delete artifact.additionalMetadataFile;
  }
  writeJson(path.join(to, 'manifest.json'), manifest);
  for (const file of readdirSync(from)) {
    if (file.endsWith('.template.json')) cpSync(path.join(from, file), path.join(to, file));
    if (!file.endsWith('.assets.json')) continue;
    const assets = readJson(path.join(from, file));
    for (const { source } of Object.values<any>(assets.files)) {
      if (source.packaging !== 'zip') continue;
      const zip = `${source.path}.zip`;
      writeFileSync(path.join(to, zip), await zipped(path.join(from, source.path)));
      Object.assign(source, { path: zip, packaging: 'file' });
    }
    writeJson(path.join(to, file), assets);
  }
}

async function record(version: string): Promise<void> {
  const release = path.join(__dirname, version);
  rmSync(release, { recursive: true, force: true });
  mkdirSync(release);
  const app = path.join(release, 'app.ts');
  cpSync(path.join(__dirname, 'next/app.ts'), app);
  writeFileSync(path.join(release, 'jsii.json.gz'), gzipSync(readFileSync('.jsii'), { level: 9 }));
  const outdir = mkdtempSync(path.join(tmpdir(), 'record-release-'));
  try {
    execFileSync(process.execPath, ['--import', 'tsx', app], { env: { ...process.env, CDK_OUTDIR: outdir } });
    await keepAssembly(outdir, path.join(release, 'assembly'));
  } finally {
    rmSync(outdir, { recursive: true });
  }
  // From here on nothing is broken yet.
  writeJson(path.join(__dirname, 'broken-on-purpose.json'), {});
}

void record(readJson('package.json').version);
