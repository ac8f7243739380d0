import { CfnOutput } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import fc from 'fast-check';
import { ContactStopProvider, MqttDisconnectionProvider } from '../../lib';
import { LocalAws } from '../../local-aws/local-aws';
import { TestStack } from '../../local-aws/test/support/test-stack';
import { liveOf, type LiveKind } from './live';
import { endedTooEarly, predict, type MomentName, type State, type Step } from './model';
import { World } from './world';

/*
 * Random lives of a stack, through CloudFormation's own calls and the shipped handler, against a model of them. `npm run test:properties`
 * runs a thousand; PROPERTY_SEED and PROPERTY_PATH replay one that failed, as its report says.
 */

const { PROPERTY_RUNS = '20', PROPERTY_SEED = '20261122', PROPERTY_PATH } = process.env;
const LETTERS = ['a', 'b', 'c', 'd'];

let aws: LocalAws;
let outputs: Record<string, string>;
let worlds = 0;

/** Of the kind's provider. */
const output = (kind: LiveKind, what: 'Arn' | 'Name' | 'Role') => outputs[`${kind.replace(' ', '')}${what}`];

beforeAll(async () => {
  aws = await LocalAws.start({ quotas: { iot: 'none', connect: 'none' }, retryDelays: [1, 2] });
  const stack = new TestStack(aws, 'Provider');
  await stack.deploy((scope) => {
    for (const [kind, provider, actions] of [
      ['MQTTclients', new MqttDisconnectionProvider(scope, 'Mqtt'), ['iot:DeleteConnection', 'iot:DescribeEndpoint']],
      ['contacts', new ContactStopProvider(scope, 'Contacts'), ['connect:StopContact', 'connect:DescribeContact']],
    ] as const) {
      provider.role.addToPrincipalPolicy(new PolicyStatement({ actions: [...actions, 'cloudformation:DescribeStacks'], resources: ['*'] }));
      new CfnOutput(scope, `${kind}Arn`, { value: provider.handler.functionArn });
      new CfnOutput(scope, `${kind}Name`, { value: provider.handler.functionName });
      new CfnOutput(scope, `${kind}Role`, { value: provider.role.roleName });
    }
  });
  outputs = await stack.outputs();
});
afterAll(() => aws.stop());

interface Chaos {
  /** Every request is delivered a second time, at once. */
  readonly twice: boolean;
  /** The latest request is delivered once more, when all is over. */
  readonly late: boolean;
  /** Milliseconds after which the function is killed in whatever it is doing. */
  readonly crashAfter?: number;
}

interface Move {
  readonly step: Step;
  readonly comeBack: boolean;
  readonly chaos: Chaos;
}

const deploy = fc.record({
  kind: fc.constant('deploy' as const),
  ids: fc.subarray(LETTERS),
  runOn: fc.subarray<MomentName>(['DEPLOY', 'REMOVAL', 'TEARDOWN'], { minLength: 1 }),
  trigger: fc.constantFrom('1', '2'),
  fails: fc.oneof(
    { weight: 4, arbitrary: fc.constant('no' as const) },
    { weight: 3, arbitrary: fc.constant('after' as const) },
    fc.constantFrom('before' as const, 'itself' as const),
  ),
});
const destroy = fc.record({ kind: fc.constant('destroy' as const), denied: fc.option(fc.constantFrom(...LETTERS), { nil: undefined }) });
const move: fc.Arbitrary<Move> = fc.record({
  step: fc.oneof({ weight: 4, arbitrary: deploy }, destroy),
  comeBack: fc.boolean(),
  chaos: fc.record({
    twice: fc.boolean(),
    late: fc.boolean(),
    crashAfter: fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, fc.nat({ max: 40 })),
  }),
});

async function under<T>(kind: LiveKind, { twice, late, crashAfter }: Chaos, act: () => Promise<T>): Promise<T> {
  const invoke = aws.lambda.invokeAsync;
  const before = aws.cloudformation.exchanges.length;
  if (twice) {
    aws.lambda.invokeAsync = (arn, event) => {
      invoke.call(aws.lambda, arn, event);
      invoke.call(aws.lambda, arn, event);
    };
  }
  // Where nobody waits for an answer a crash changes nothing, and the function's many starts take time.
  const isAwaited = () => aws.cloudformation.exchanges.slice(before).some(({ answer }) => answer === undefined);
  const crash = crashAfter === undefined ? undefined : setTimeout(() => isAwaited() && void aws.lambda.crash(output(kind, 'Name')), crashAfter);
  try {
    const result = await act();
    // A delivery that comes later than the answer belongs to this step.
    await aws.lambda.idle();
    return result;
  } finally {
    clearTimeout(crash);
    aws.lambda.invokeAsync = invoke;
    const latest = aws.cloudformation.exchanges.slice(before).at(-1);
    if (late && latest) {
      aws.lambda.invokeAsync(output(kind, 'Arn'), latest.request);
      await aws.lambda.idle();
    }
  }
}

/** Both destroys of a teardown that fails at first. */
async function destroyTwice(kind: LiveKind, world: World, denied?: string): Promise<void> {
  const inline = aws.iam.role(output(kind, 'Role')).inline;
  if (denied) {
    inline.set(`Deny-${world.name}`, {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Action: world.live.action, Resource: world.live.arnOf(denied) }],
    });
  }
  const before = world.live.alive();
  const status = await world.destroy();
  if (status !== 'DELETE_FAILED') {
    inline.delete(`Deny-${world.name}`);
    return;
  }
  expect(world.live.alive().includes(denied!)).toBe(before.includes(denied!));
  inline.delete(`Deny-${world.name}`);
  expect(await world.destroy()).toBe('DELETE_COMPLETE');
}

test.each<[LiveKind, number]>([
  ['MQTT clients', Number(PROPERTY_RUNS)],
  // Each is waited for a second at least.
  ['contacts', Math.ceil(Number(PROPERTY_RUNS) / 10)],
])(
  'of %s, one construct with n ids and n constructs with one id end what the model says, whatever happens',
  async (kind, numRuns) => {
    await fc.assert(
      fc.asyncProperty(fc.array(move, { minLength: 1, maxLength: 8 }), async (moves) => {
        const number = (worlds += 1);
        const one = new World(aws, output(kind, 'Arn'), `One${number}`, 'one', liveOf(kind, aws, `One${number}`, LETTERS));
        const each = new World(aws, output(kind, 'Arn'), `Each${number}`, 'each', liveOf(kind, aws, `Each${number}`, LETTERS));
        const alive = new Set(LETTERS);
        /** What is gone in the one world and not yet in the other. */
        const early = new Set<string>();
        let state: State;
        const last: Move = { step: { kind: 'destroy' }, comeBack: true, chaos: { twice: false, late: false } };
        for (const { step, comeBack, chaos } of [...moves, last]) {
          if (comeBack) {
            for (const letter of LETTERS) alive.add(letter);
            one.live.comeBack();
            each.live.comeBack();
            early.clear();
          }
          const prediction = predict(state, step);
          for (const id of [...prediction.ended, ...prediction.endedLater]) alive.delete(id);
          for (const id of endedTooEarly(state, step)) early.add(id);
          await under(kind, chaos, () =>
            Promise.all([one, each].map((world) => (step.kind === 'deploy' ? world.deploy(step) : destroyTwice(kind, world, step.denied)))),
          );
          expect({ step, each: each.live.alive() }).toEqual({ step, each: [...alive].sort() });
          expect({ step, one: one.live.alive() }).toEqual({ step, one: [...alive].filter((id) => !early.has(id)).sort() });
          state = prediction.state;
        }
      }),
      { numRuns, seed: Number(PROPERTY_SEED), path: PROPERTY_PATH, endOnFailure: PROPERTY_PATH !== undefined },
    );
  },
  3_600_000,
);
