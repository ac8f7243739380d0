/* `npm run scale`: the figures of docs/scale.md, from the rates that the handlers keep to. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DISCONNECT_PARTICIPANT } from '../lambda/chat/rates';
import { DETACH_POLICY } from '../lambda/iot-policies/rates';
import { STOP_CONTACT } from '../lambda/contacts/rates';
import { DATA_PLANE } from '../lambda/mqtt/rates';
import { MANAGED_INTEGRATIONS } from '../lambda/things/rates';

export const PAGE = path.join(__dirname, '..', 'docs', 'scale.md');
const [BEGIN, END] = ['<!-- npm run scale -->', '<!-- end -->'];

const STRETCH_SECONDS = 13 * 60;
/** From there on a state machine carries the run on. */
const ALONE_SECONDS = 14 * 60;
/** Of AWS's prices in us-east-1: https://aws.amazon.com/lambda/pricing/ and https://aws.amazon.com/step-functions/pricing/ */
const DOLLARS_PER_GB_SECOND = 0.0000166667;
const DOLLARS_PER_TRANSITION = 0.000025;
const GIGABYTES = 0.25;
/** Work and the choice after it. */
const TRANSITIONS_PER_STRETCH = 2;
/** The first choice, Report, the choice after it, the end. */
const OTHER_TRANSITIONS = 4;

const COUNTS = [1e4, 1e5, 1e6, 1e7];
const PACES: ReadonlyArray<readonly [name: string, perSecond: number]> = [
  ['MQTT clients, 100 a second', DATA_PLANE.perSecond],
  ['MQTT clients, raised to 1,000', 10 * DATA_PLANE.perSecond],
  ['principals of a policy, 15 a second', DETACH_POLICY.perSecond],
  ['managed things, 10 a second', MANAGED_INTEGRATIONS.perSecond],
  ['contacts, 10 a second', STOP_CONTACT.perSecond],
  ['chat participants, 3 a second', DISCONNECT_PARTICIPANT.perSecond],
];

export interface Estimate {
  readonly seconds: number;
  readonly transitions: number;
  readonly dollars: number;
}

/** Of a run that keeps to a pace: nine tenths of the quota. */
export function estimate(count: number, perSecond: number): Estimate {
  const seconds = count / perSecond;
  const stretches = Math.ceil(seconds / STRETCH_SECONDS);
  const transitions = seconds > ALONE_SECONDS ? (stretches - 1) * TRANSITIONS_PER_STRETCH + OTHER_TRANSITIONS : 0;
  return { seconds, transitions, dollars: seconds * GIGABYTES * DOLLARS_PER_GB_SECOND + transitions * DOLLARS_PER_TRANSITION };
}

function span(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  return seconds < 48 * 3600 ? `${(seconds / 3600).toFixed(1)} h` : `${(seconds / 86_400).toFixed(1)} days`;
}

function table(): string {
  const rows = PACES.flatMap(([name, perSecond]) =>
    COUNTS.map((count) => {
      const { seconds, transitions, dollars } = estimate(count, perSecond);
      return `| ${name} | ${count.toLocaleString('en-US')} | ${span(seconds)} | ${transitions.toLocaleString('en-US')} | $${dollars.toFixed(2)} |`;
    }),
  );
  return ['| at AWS’s quota | targets | takes | state transitions | costs |', '|---|---:|---:|---:|---:|', ...rows].join('\n');
}

/** The page with the figures as they are now. */
export function withFigures(page: string): string {
  const [before, rest] = page.split(BEGIN);
  const [, after] = rest.split(END);
  return `${before}${BEGIN}\n\n${table()}\n\n${END}${after}`;
}

if (require.main === module) writeFileSync(PAGE, withFigures(readFileSync(PAGE, 'utf8')));
