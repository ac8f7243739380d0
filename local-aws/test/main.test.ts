import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { signedFetch } from './signed-fetch';

let child: ChildProcessByStdio<null, Readable, null>;
afterEach(() => child.kill('SIGTERM'));

test('started alone, it prints what clients need, and ends when it is told to', async () => {
  child = spawn(process.execPath, ['--import', 'tsx', 'main.ts', '--port', '0'], { cwd: path.join(__dirname, '..'), stdio: ['ignore', 'pipe', 'ignore'] });
  const exited = once(child, 'exit');
  const env: Record<string, string> = {};
  for await (const line of createInterface(child.stdout)) {
    const [, name, value] = /^export (\w+)=(\S+)$/.exec(line)!;
    env[name] = value;
    if (name === 'CONNECT_INSTANCE_ID') break;
  }
  const { AWS_ENDPOINT_URL: url, AWS_REGION: region, CONNECT_INSTANCE_ID: InstanceId } = env;
  expect(env.MQTT_BROKER_URL).toMatch(/^mqtt:/);
  const chat = JSON.stringify({ InstanceId, ContactFlowId: 'flow', ParticipantDetails: { DisplayName: 'Ada' } });
  expect((await signedFetch({ url, region }, 'connect', 'PUT', '/contact/chat', chat)).status).toBe(200);
  child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
});
