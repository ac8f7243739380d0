import type { LocalAwsOptions } from '../../local-aws/local-aws';
import { InProcess } from './in-process';
import { handler } from '../../lambda/things';
import type { ManagedThing } from '../../local-aws/things/store';
import type { Things } from '../../local-aws/things/things';

/** Managed things, and the handler in the test's own process that deletes them and waits until they are gone. */
export class ManagedThings {
  static readonly WAITS = { WaitForDeletion: 'true' };

  static async start(options: LocalAwsOptions = {}): Promise<ManagedThings> {
    return new ManagedThings(await InProcess.start({ quotas: { things: 'none' }, ...options }));
  }

  private constructor(readonly cloud: InProcess) {}

  create(fields?: Parameters<Things['create']>[0]): ManagedThing {
    return this.cloud.aws.things.create(fields);
  }

  isRegistered(id: string): boolean {
    return this.cloud.aws.things.list().some(({ Id }) => Id === id);
  }

  /** The methods of the calls for a thing. */
  callsFor(id: string): string[] {
    return this.cloud.aws.calls.filter(({ path }) => path.endsWith(`/${id}`)).map(({ method }) => method);
  }

  remove(ids: readonly string[], operation: object = {}, seconds?: number, properties?: object) {
    return this.cloud.deploy(handler, ids, { ...ManagedThings.WAITS, ...operation }, seconds, properties);
  }
}
