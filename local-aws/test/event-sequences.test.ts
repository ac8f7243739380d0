import { LocalAws } from '../local-aws';
import { CASES } from './fixtures/event-sequences';
import { ScriptedFunction } from './scripted-function';
import { StackDriver } from './stack-driver';

/* The cases are told in fixtures/event-sequences.ts, for a person to read; here the stand-in is held to each of them. */

let aws: LocalAws;
let stack: StackDriver;
let provider: ScriptedFunction;
beforeEach(async () => {
  aws = await LocalAws.start();
  stack = new StackDriver(aws);
  provider = new ScriptedFunction(aws);
});
afterEach(async () => {
  stack.client.destroy();
  await aws.stop();
});

test.each(CASES.map((each) => [`${each.name} (${each.source}${each.inferred ? `; inferred: ${each.inferred}` : ''})`, each] as const))(
  '%s',
  async (_, { story, asked, end }) => {
    let status: string | undefined;
    for (const chapter of story) status = (await chapter(stack)).StackStatus;
    expect(provider.asked.filter((line) => line.split(' ')[1] === 'It').map((line) => line.replace(' It ', ' '))).toEqual(asked);
    expect(status).toBe(end);
  },
);
