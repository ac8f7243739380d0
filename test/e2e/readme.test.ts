import { readFileSync } from 'node:fs';
import { CfnOutput, type Stack } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { chatScene } from '../support/chat-scene';

/* The README's chapter of chats, as it stands there: the function that starts a chat keeps its token, and the destroy ends that chat. */

const chapter = readFileSync('README.md', 'utf8')
  .split(/^## /m)
  .find((text) => text.startsWith('Chats '))!;
const snippet = (language: string) =>
  new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'm').exec(chapter)![1].replace(/^import (\{.*\}) from (.*);$/gm, 'const $1 = need($2);');
const need = (name: string) => jest.requireActual(name === 'cdk-teardown' ? '../../lib' : name);

const scene = chatScene('Readme');

test('who starts chats keeps their tokens, by which a destroy disconnects the participants', async () => {
  const declare = new Function('need', snippet('ts'));
  await scene.stack.deploy((stack: Stack) => {
    declare.call(stack, need);
    new CfnOutput(stack, 'Table', { value: (stack.node.findChild('Tokens') as Table).tableName });
  });
  const { Table: TOKENS } = await scene.stack.outputs();

  const AsyncFunction = (async () => undefined).constructor as FunctionConstructor;
  const env = jest.replaceProperty(process, 'env', { ...process.env, ...scene.aws.env, TOKENS });
  const start = new AsyncFunction('need', 'InstanceId', 'ContactFlowId', 'ParticipantDetails', snippet('js'));
  await start(need, scene.aws.connect.instanceId, 'support', { DisplayName: 'Ada' }).finally(() => env.restore());
  const ada = scene.aws.connect.participants.find(({ displayName }) => displayName === 'Ada')!;
  expect(ada.state).not.toBe('DISCONNECTED');

  await scene.stack.destroy();
  expect(ada.state).toBe('DISCONNECTED');
  expect(scene.customers.every((customer) => customer.isConnected())).toBe(true);
});
