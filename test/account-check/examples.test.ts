import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ExampleResult } from '../../account-check/example-result';
import type { Cdk } from '../../account-check/examples';
import { SCENES } from '../../account-check/scenes';
import type { LocalAws } from '../../local-aws/local-aws';
import type { CliResult } from '../../local-aws/cdk-cli';
import { check, IMPATIENT, StandingClock, type Scenery } from '../support/account-check';
import { ExampleStack } from '../support/example-stack';

/* The scenes of the examples, which are deployed by CloudFormation's own calls; cli.test.ts deploys one as a maintainer does. */

function inProcess(aws: LocalAws): Cdk {
  const stacks = new Map<string, ExampleStack>();
  const stackOf = (app: string) => {
    const name = path.basename(app, '.ts');
    const [, stack] = /new Stack\(app, '(\w+)'/.exec(readFileSync(app, 'utf8'))!;
    if (!stacks.has(app)) stacks.set(app, new ExampleStack(aws, name, stack));
    return stacks.get(app)!;
  };
  const result = (done: Promise<void>): Promise<CliResult> =>
    done.then(
      () => ({ exitCode: 0, output: '' }),
      (error) => ({ exitCode: 1, output: error.message }),
    );
  return {
    list: async (app) => [stackOf(app).name],
    async deploy(app, context) {
      const before = process.env.CDK_CONTEXT_JSON;
      const given = context.filter((word) => word !== '-c').map((word) => word.split('='));
      process.env.CDK_CONTEXT_JSON = JSON.stringify({ ...JSON.parse(before!), ...Object.fromEntries(given) });
      try {
        return await result(stackOf(app).deploy(() => undefined));
      } finally {
        process.env.CDK_CONTEXT_JSON = before;
      }
    },
    destroy: async (app) => ((await stackOf(app).status()) ? result(stackOf(app).destroy()) : { exitCode: 0, output: '' }),
  };
}

async function run(name: string, scenery: Scenery = {}): Promise<ExampleResult> {
  const { examples } = await check([], {
    clock: IMPATIENT,
    cdk: inProcess,
    examples: [name],
    given: ({ connect }) => ({ connectInstanceArn: connect.instanceArn, connectFlowId: 'flow' }),
    ...scenery,
  });
  return examples[0];
}

const prepare = (aws: LocalAws) => {
  aws.s3.buckets.set('fleet-manifests', { objects: new Map(), sseAlgorithm: 'AES256' });
  aws.iot.updateIndexingConfiguration({ thingIndexingMode: 'REGISTRY', thingConnectivityIndexingMode: 'STATUS' });
};

// It leaves its synthesis to the end of the process: the CLI's test runs it.
const inThisProcess = Object.keys(SCENES).filter((name) => name !== 'end-what-is-live');

test.each(inThisProcess)('%s', async (name) => {
  expect(await run(name, { prepare })).toEqual({ name, result: 'passed', seen: expect.stringMatching(/: live after cdk deploy, ended by cdk destroy/) });
});

test('what is in the account already is not touched', async () => {
  let kiosk: object | undefined;
  const result = await run('thing-group', {
    prepare: (aws) => {
      kiosk = aws.iot.createThing('kiosk-1', { owner: 'somebody' });
    },
  });
  expect(result).toMatchObject({ result: 'not run', seen: 'a thing kiosk-1 is in the account already, and is not touched' });
  expect(kiosk).toMatchObject({ attributes: { owner: 'somebody' } });
});

test('a target that is live after the destroy fails the example', async () => {
  const cdk = (aws: LocalAws): Cdk => {
    const honest = inProcess(aws);
    const destroy: Cdk['destroy'] = (...args) => {
      aws.iot.removeThingFromThingGroup('kiosks-of-berlin', 'kiosk-1');
      return honest.destroy(...args);
    };
    return { ...honest, destroy };
  };
  expect(await run('thing-group', { cdk, clock: new StandingClock() })).toMatchObject({
    result: 'failed',
    seen: 'after cdk destroy, there are still live: kiosk-1',
  });
});

test('a stack that is there after the destroy fails the example, and goes', async () => {
  const cdk = (aws: LocalAws): Cdk => {
    const honest = inProcess(aws);
    let calls = 0;
    return { ...honest, destroy: async (...args) => (++calls === 1 ? { exitCode: 0, output: '' } : honest.destroy(...args)) };
  };
  expect(await run('thing-group', { cdk })).toMatchObject({ result: 'failed', seen: 'after cdk destroy, the stack KiosksOfAThingGroup is there' });
});

test('an example whose targets nobody knows is not run', async () => {
  expect(await run('of-somebody')).toMatchObject({ result: 'not run', seen: expect.stringContaining('does not know its targets') });
});
