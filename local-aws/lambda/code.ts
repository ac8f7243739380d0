import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import * as yauzl from 'yauzl';

/** Unpacks a function's zip to a new temporary folder. */
export async function unpack(zip: Buffer): Promise<string> {
  const folder = await newFolder();
  const archive = await yauzl.fromBufferPromise(zip);
  for await (const entry of archive.eachEntry()) {
    const file = path.join(folder, entry.fileName);
    if (entry.fileName.endsWith('/')) continue;
    await mkdir(path.dirname(file), { recursive: true });
    await pipeline(await archive.openReadStreamPromise(entry), createWriteStream(file));
  }
  return folder;
}

/** `Code: { ZipFile }`: the text of index.js. */
export async function writeInline(source: string): Promise<string> {
  const folder = await newFolder();
  await writeFile(path.join(folder, 'index.js'), source);
  return folder;
}

function newFolder(): Promise<string> {
  return mkdtemp(path.join(tmpdir(), 'local-aws-function-'));
}
