import { cpSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CdkCli, type CliResult } from '../../local-aws/cdk-cli';
import type { Resource, Stack } from '../../local-aws/cloudformation/stack';
import { LocalAws } from '../../local-aws/local-aws';
import { until } from '../../local-aws/test/support/mqtt-device';
import { CONNECT_INSTANCE, WhatIsLive } from './what-is-live';

/*
 * What a released version has deployed, its handlers included, is upgraded by the real CLI to what this version makes of the same app:
 * VERSIONS.md says what that may change. Then it is destroyed.
 */

const VERSIONS = readdirSync(__dirname).filter((name) => /^\d/.test(name));
/** What VERSIONS.md gives no promise for. */
const REPLACEABLE = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'];

let aws: LocalAws;
let cli: CdkCli;
let live: WhatIsLive;

beforeEach(async () => {
  aws = await LocalAws.start({ quotas: { iot: 'none', things: 'none', connect: 'none' }, connect: { instanceId: CONNECT_INSTANCE } });
  cli = await CdkCli.create(aws);
  live = new WhatIsLive(aws);
});
afterEach(async () => {
  await live.leave();
  await aws.stop();
  await cli.remove();
});

async function succeed(run: Promise<CliResult>): Promise<void> {
  const { exitCode, output } = await run;
  if (exitCode !== 0) throw new Error(`the CLI ended with exit code ${exitCode}:\n${output}`);
}

function stacks(): Stack[] {
  const stack = aws.cloudformation.stack('Upgraded')!;
  const nested = [...stack.resources.values()].filter(({ type }) => type === 'AWS::CloudFormation::Stack');
  return [stack, ...nested.map(({ physicalId }) => aws.cloudformation.stack(physicalId)!)];
}

function physicalIds(): Record<string, string> {
  const kept = (resource: Resource) => !REPLACEABLE.includes(resource.type);
  return Object.fromEntries(
    stacks().flatMap((stack) =>
      [...stack.resources.values()].filter(kept).map(({ logicalId, type, physicalId }) => [`${stack.id} ${type} ${logicalId}`, physicalId]),
    ),
  );
}

test.each(VERSIONS)(
  'a stack that %s deployed is upgraded: nothing is replaced, and nothing is ended before it is destroyed',
  async (version) => {
    const release = path.join(__dirname, version);
    // The CLI locks an assembly by a file in it.
    const assembly = mkdtempSync(path.join(tmpdir(), 'assembly-'));
    cpSync(path.join(release, 'assembly'), assembly, { recursive: true });
    await live.prepare();
    await succeed(cli.bootstrap());
    await succeed(cli.run(['deploy', '--all', '--require-approval', 'never', '--app', assembly]));
    await live.start();
    if (version !== '0.2.0') await live.startWhatCameLater();
    const before = physicalIds();
    const eventsBefore = new Map(stacks().map((stack) => [stack, stack.events.length]));

    await succeed(cli.deploy(path.join(release, 'app.ts')));
    expect(physicalIds()).toMatchObject(before);
    const since = stacks().flatMap((stack) => stack.events.slice(eventsBefore.get(stack)));
    expect(since.filter(({ ResourceType, ResourceStatus }) => ResourceStatus.startsWith('DELETE_') && !REPLACEABLE.includes(ResourceType))).toEqual([]);
    expect(live.ended).toEqual([]);

    await succeed(cli.destroy(path.join(release, 'app.ts')));
    await until(() => live.ended.length === live.all.length);
  },
  900_000,
);
