import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { stackStatus } from '../../lambda/run/stack-status';
import { reads } from '../support/reads';

/* https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Stack.html names RootId for nested stacks. */

let server: Server;
const env = { ...process.env };
/** By the stack that is asked for. */
let stacks: Record<string, { status?: string; root?: string }>;

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const { status, root } = stacks[new URLSearchParams(Buffer.concat(chunks).toString()).get('StackName')!];
      const members = `<StackName>S</StackName>${status ? `<StackStatus>${status}</StackStatus>` : ''}${root ? `<RootId>${root}</RootId>` : ''}`;
      response.writeHead(200, { 'content-type': 'text/xml' }).end(`<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
        <DescribeStacksResult><Stacks><member>${members}</member></Stacks></DescribeStacksResult></DescribeStacksResponse>`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  Object.assign(process.env, {
    AWS_REGION: 'ca-central-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
});
afterAll(async () => {
  process.env = env;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const statusOf = (isNested: boolean) => stackStatus({ stackId: 'child', isNested, reads: reads() });

test.each([true, false])('the root decides over a stack that is deleted, whether the template says that it is nested (%s) or not', async (isNested) => {
  stacks = { child: { status: 'DELETE_IN_PROGRESS', root: 'root' }, root: { status: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS' } };
  expect(await statusOf(isNested)).toBe('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
});

test('a nested stack whose root is not named is not guessed about', async () => {
  stacks = { child: { status: 'DELETE_IN_PROGRESS' } };
  await expect(statusOf(true)).rejects.toThrow('the answer does not name the root of the nested stack, whose status decides): nothing was touched');
  expect(await statusOf(false)).toBe('DELETE_IN_PROGRESS');
});

test('an answer without a status is none', async () => {
  stacks = { child: {} };
  await expect(statusOf(false)).rejects.toThrow('(the answer names no status): nothing was touched');
});
