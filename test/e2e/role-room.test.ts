import type { Stack } from 'aws-cdk-lib';
import { Confirm, Moment, MqttClients, MqttDisconnection } from '../../lib';
import type { Role } from '../../local-aws/iam/iam';
import { sizeOf } from '../../local-aws/iam/policy-document';
import { LocalAws } from '../../local-aws/local-aws';
import { TestStack } from '../../local-aws/test/support/test-stack';

/* A stack whose permissions do not fit a role's inline policies, through its life. */

let aws: LocalAws;
beforeAll(async () => {
  aws = await LocalAws.start({ quotas: { iot: 'none' } });
});
afterAll(() => aws.stop());

const CONSTRUCTS = 10;
const IDS = 17;
const stack = () => new TestStack(aws);

/** All that the role may be given: the policies of ten constructs, twice while an update changes them all. */
function declare(generation: string, count = CONSTRUCTS) {
  return (scope: Stack) => {
    for (let n = 0; n < count; n += 1) {
      new MqttDisconnection(scope, `Kiosks${n}`, {
        clients: MqttClients.ids(...Array.from({ length: IDS }, (_, id) => `${generation}-${n}-${id}-`.padEnd(100, 'x'))),
        runOn: [Moment.DEPLOY, Moment.REMOVAL, Moment.TEARDOWN],
        confirm: generation === 'second' ? Confirm.disconnected() : undefined,
      });
    }
  };
}

/** How many clients DeleteConnection was called for since this was last asked, by generation. */
let seen = 0;
function disconnected(): Record<string, number> {
  const paths = aws.calls
    .slice(seen)
    .filter(({ method, path }) => method === 'DELETE' && path.startsWith('/connections/'))
    .map(({ path }) => path);
  seen = aws.calls.length;
  const of = (generation: string) => new Set(paths.filter((path) => path.startsWith(`/connections/${generation}-`))).size;
  return { first: of('first'), second: of('second') };
}

function policiesOf(role: Role) {
  return { inline: [...role.inline.values()].reduce((sum, document) => sum + sizeOf(document), 0), managed: role.attached.size };
}

test('deploys with managed policies, lets an update hold all of them twice, and goes', async () => {
  await stack().deploy(declare('first'));
  const [role] = [...aws.iam.roles.values()];
  const first = policiesOf(role);
  expect(first.managed).toBe(5);
  expect(disconnected()).toEqual({ first: CONSTRUCTS * IDS, second: 0 });

  let most = 0;
  const attach = aws.iam.attach.bind(aws.iam);
  jest.spyOn(aws.iam, 'attach').mockImplementation((...args) => {
    attach(...args);
    most = Math.max(most, role.attached.size);
  });
  // Every id leaves, which needs the old policies, and another comes.
  await stack().deploy(declare('second'));
  expect(most).toBe(10);
  expect(disconnected()).toEqual({ first: CONSTRUCTS * IDS, second: CONSTRUCTS * IDS });
  expect(policiesOf(role).managed).toBe(5);

  // Those that leave act in the cleanup.
  await stack().deploy(declare('second', 2));
  expect(disconnected()).toEqual({ first: 0, second: (CONSTRUCTS - 2) * IDS });
  expect(policiesOf(role).managed).toBeLessThan(5);

  await stack().destroy();
  expect(disconnected()).toEqual({ first: 0, second: 2 * IDS });
  expect(aws.iam.roles.size).toBe(0);
}, 120_000);
