import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { median, type Report } from './support/report';

const PROCESS = join(__dirname, 'support', 'synth-process.ts');
const PROCESSES = 5;
const COUNTS = [1, 10, 100, 400];
/** From here on one construct must be less than a resource each; below, all take what a synth takes anyway. */
const MANY = 100;
const OWN = 'one construct';
const PEER = 'AwsCustomResource each';
const WAYS = [OWN, 'a construct each', PEER];

interface Synth {
  readonly ms: number;
  readonly bytes: number;
  readonly resources: number;
}

/** What it takes to declare targets and to synthesize their stack. */
export async function run(): Promise<Report> {
  const rows: Array<Array<string | number>> = [];
  const notes = new Set<string>([
    'The time is that of a fresh process after its imports: new App, the constructs, synth() with the asset of the handler.',
    "The template is as CDK writes it to cdk.out, in the handler's region and account.",
  ]);
  const missed: string[] = [];
  for (const count of COUNTS) {
    const synths = new Map(WAYS.map((way) => [way, [] as Synth[]]));
    for (let round = 0; round < PROCESSES; round += 1) {
      for (const [way, measured] of synths) {
        const result = synthesize(way, count);
        if ('refused' in result) notes.add(`n/a: ${way}, ${count} targets: ${result.refused}.`);
        else measured.push(result);
      }
    }
    const figures = (way: string) => {
      const measured = synths.get(way)!;
      return measured.length === 0 ? undefined : { ms: median(measured.map(({ ms }) => ms)), bytes: measured[0].bytes, resources: measured[0].resources };
    };
    for (const way of WAYS) {
      const found = figures(way);
      rows.push([count, way, ...(found ? [found.ms.toFixed(0), found.bytes, found.resources] : ['n/a', 'n/a', 'n/a'])]);
    }
    const [own, peer] = [figures(OWN), figures(PEER)];
    if (own && peer && count >= MANY) {
      if (own.ms >= peer.ms) missed.push(`${count} targets take one construct ${own.ms.toFixed(0)} ms, AwsCustomResource ${peer.ms.toFixed(0)} ms`);
      if (own.bytes >= peer.bytes) missed.push(`${count} targets take one construct ${own.bytes} bytes of template, AwsCustomResource ${peer.bytes}`);
    }
  }
  return {
    title: `Synth: median of ${PROCESSES} fresh processes`,
    columns: ['targets', 'declared as', 'construct + synth ms', 'template bytes', 'resources'],
    rows,
    notes: [...notes],
    missed,
  };
}

function synthesize(way: string, count: number): Synth | { refused: string } {
  return JSON.parse(execFileSync(process.execPath, ['--import', 'tsx', PROCESS, way, String(count)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }));
}
