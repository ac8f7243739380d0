import fc from 'fast-check';
import { Answers } from '../support/answers';
import { QueryService } from '../support/query-service';
import { StateMachine } from '../support/state-machine';
import { VirtualTime } from '../support/virtual-time';
import { history, type History } from './long-runs/history';
import * as laws from './long-runs/laws';
import { World } from './long-runs/world';

/*
 * Random histories of runs that take longer than one invocation, in virtual time: invocations that are killed, requests that are delivered
 * again, executions that are stopped, destroys that join. `npm run test:properties` runs a thousand; PROPERTY_SEED and PROPERTY_PATH replay
 * one that failed, as its report says.
 */

const { PROPERTY_RUNS = '60', PROPERTY_SEED = '20261122', PROPERTY_PATH } = process.env;

const time = new VirtualTime();
let world: World;
const cloudFormation = new QueryService((parameters) => world.answerTo(parameters.get('Action')!));
const answers = new Answers((answer) => world.receive(answer));

beforeAll(async () => {
  time.start();
  await Promise.all([cloudFormation.start(), answers.start()]);
});
afterAll(async () => {
  await Promise.all([cloudFormation.stop(), answers.stop()]);
  time.stop();
});

/** Numbers that look random, and are the same whenever a history is lived again: https://en.wikipedia.org/wiki/Linear_congruential_generator */
function randomFrom(seed: number): () => number {
  let state = seed % 2 ** 32;
  return () => (state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32) / 2 ** 32;
}

/** Some are answered when nobody waits any more, and the source lists them no longer. */
const UNSEEN: History = {
  targets: Array.from({ length: 20 }, (_, n) => ({ id: `kiosk-${n}`, fate: 'ends', takes: 6_000, comes: 0, vanishes: Infinity, times: 1 })),
  isListed: false,
  forgets: true,
  readingMs: 0,
  perSecond: 1,
  waits: 60,
  outlasts: true,
  onFailure: 'FAIL',
  stretches: [{ milliseconds: 8_000, kills: [] }],
  reportsTwice: false,
  destroys: [{ after: 1, again: [] }],
  seed: 0,
};

test('a run leaves nothing out, touches nothing else, calls nobody twice and is answered once, whatever happens to it', async () => {
  await fc.assert(
    fc.asyncProperty(history, async (happens) => {
      const random = jest.spyOn(Math, 'random').mockImplementation(randomFrom(happens.seed));
      const machine = new StateMachine();
      await machine.start();
      process.env.AWS_ENDPOINT_URL_SFN = machine.url;
      try {
        world = new World(happens, machine, time, answers.url);
        await time.until(world.live());
        const against = [
          laws.nothingIsLeftOut(happens, world),
          laws.nothingElseIsTouched(happens, world),
          laws.eachRequestIsAnsweredOnce(happens, world),
          laws.onlyWhoMayOutlastItsAnswerGoesOn(happens, world),
          laws.nobodyIsCalledAgain(happens, world),
          laws.noStateNamesATarget(world),
          laws.figuresAddUp(happens, world),
          laws.whoJoinsTellsTheSame(world),
        ];
        expect(against.flatMap((what) => what.slice(0, 3))).toEqual([]);
      } finally {
        random.mockRestore();
        await machine.stop();
      }
    }),
    { numRuns: Number(PROPERTY_RUNS), examples: [[UNSEEN]], seed: Number(PROPERTY_SEED), path: PROPERTY_PATH, endOnFailure: PROPERTY_PATH !== undefined },
  );
}, 3_600_000);
