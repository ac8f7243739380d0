import { spawnSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LocalAws } from '../local-aws';
import { prepare } from './fixture';

/* Asks the stand-in with a client that nobody here wrote, and compares what it declares with AWS's own models: see run.py. */

const REQUIREMENTS = path.join(__dirname, 'requirements.txt');
const VENV = path.join(__dirname, '../node_modules/.cache/conformance');
const PYTHON = path.join(VENV, 'bin/python');

/** The interpreter that has the client, installed on the first run. */
async function python(): Promise<string | undefined> {
  const wanted = await readFile(REQUIREMENTS, 'utf8');
  const installed = path.join(VENV, 'requirements.txt');
  if (existsSync(installed) && (await readFile(installed, 'utf8')) === wanted) return PYTHON;
  const steps: [string, string[]][] = [
    ['python3', ['-m', 'venv', '--clear', VENV]],
    [PYTHON, ['-m', 'pip', 'install', '--quiet', '-r', REQUIREMENTS]],
  ];
  if (!steps.every(([command, args]) => spawnSync(command, args, { stdio: 'inherit' }).status === 0)) return undefined;
  await writeFile(installed, wanted);
  return PYTHON;
}

async function main(): Promise<void> {
  const interpreter = await python();
  if (!interpreter) {
    console.error('\nCONFORMANCE WAS NOT CHECKED: boto3 cannot be installed here (it needs python3 with venv, and PyPI).\n');
    process.exitCode = process.argv.includes('--if-possible') ? 0 : 1;
    return;
  }
  const folder = await mkdtemp(path.join(tmpdir(), 'conformance-'));
  const aws = await LocalAws.start({ quotas: { iot: 'none', connect: 'none', things: 'none' } });
  const { facts, close } = await prepare(aws);
  try {
    const file = path.join(folder, 'facts.json');
    await writeFile(
      file,
      JSON.stringify(facts, (_, value) => (value instanceof RegExp ? value.source : value)),
    );
    const run = spawn(interpreter, [path.join(__dirname, 'run.py'), file], { stdio: 'inherit', env: { PATH: process.env.PATH, PYTHONDONTWRITEBYTECODE: '1' } });
    process.exitCode = await new Promise<number>((resolve, reject) => run.once('error', reject).once('close', (code) => resolve(code ?? 1)));
  } finally {
    await close();
    await aws.stop();
    await rm(folder, { recursive: true });
  }
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
