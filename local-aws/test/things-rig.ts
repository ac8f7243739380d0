import { AwsServer, type Authority } from '../server';
import { Things, type ThingsOptions } from '../things/things';

export const AUTHORIZATION = 'AWS4-HMAC-SHA256 Credential=AKIA/20260101/ca-central-1/iotmanagedintegrations/aws4_request, SignedHeaders=host, Signature=0';

/** Theirs is setTimeout. */
export const OTHER_TIMERS = [
  'Date',
  'performance',
  'hrtime',
  'nextTick',
  'queueMicrotask',
  'setImmediate',
  'clearImmediate',
  'setInterval',
  'clearInterval',
] as const;

/** Managed integrations alone, for one test at a time, whose devices' time passes by `after` only. */
export const rig = {} as { things: Things; server: AwsServer; url: string };

export async function start(options: Partial<ThingsOptions> = {}, check: Authority['check'] = () => {}): Promise<void> {
  jest.useFakeTimers({ doNotFake: [...OTHER_TIMERS] });
  rig.things = new Things({ region: 'ca-central-1', account: '123456789012', quotas: 'none', ...options });
  rig.server = new AwsServer(rig.things.services, { callerOf: () => ({ kind: 'operator' }), check }, 'ca-central-1');
  rig.url = await rig.server.listen();
}

export async function stop(): Promise<void> {
  jest.useRealTimers();
  rig.things.stop();
  await rig.server.close();
}

export async function call(method: string, path: string, body?: object): Promise<{ status: number; error: string | null; body: any }> {
  const response = await fetch(rig.url + path, { method, body: body && JSON.stringify(body), headers: { authorization: AUTHORIZATION } });
  const text = await response.text();
  return { status: response.status, error: response.headers.get('x-amzn-errortype'), body: text && JSON.parse(text) };
}

export const get = (id: string) => call('GET', `/managed-things/${id}`);
export const del = (id: string, query = '') => call('DELETE', `/managed-things/${id}${query}`);
export const list = async (query: string) => (await call('GET', `/managed-things?${query}`)).body.Items.map(({ Name }: { Name: string }) => Name).sort();
export const after = (ms: number) => jest.advanceTimersByTimeAsync(ms);
