import { AwsError } from '../service';
import { PROVISIONING_STATUSES, THING_ID, type ManagedThing } from './store';

const DEFAULT_PAGE = 100;

/** Each filter's member, and what AWS's model allows as its value. */
const FILTERS: Readonly<Record<string, [keyof ManagedThing, RegExp]>> = {
  OwnerFilter: ['Owner', /^[a-zA-Z0-9_.,@-]{1,64}$/],
  CredentialLockerFilter: ['CredentialLockerId', /^[a-zA-Z0-9]{1,64}$/],
  RoleFilter: ['Role', /^(CONTROLLER|DEVICE)$/],
  ParentControllerIdentifierFilter: ['ParentControllerId', /^[A-Za-z0-9]{1,64}$/],
  ConnectorPolicyIdFilter: ['ConnectorPolicyId', /^[A-Za-z0-9_-]{1,64}$/],
  ConnectorDestinationIdFilter: ['ConnectorDestinationId', /^[A-Za-z0-9_-]{1,64}$/],
  ConnectorDeviceIdFilter: ['ConnectorDeviceId', /^[a-zA-Z0-9_.,@-]{1,256}$/],
  SerialNumberFilter: ['SerialNumber', /^[A-Za-z0-9-_ ]{1,128}$/],
  ProvisioningStatusFilter: ['ProvisioningStatus', new RegExp(`^(${PROVISIONING_STATUSES.join('|')})$`)],
};

/** Members of an item; GetManagedThing answers more. */
const ITEM: readonly (keyof ManagedThing)[] = [
  'Id', 'Arn', 'Brand', 'Classification', 'ConnectorDeviceId', 'ConnectorPolicyId', 'ConnectorDestinationId', 'Model', 'Name', 'Owner',
  'CredentialLockerId', 'ParentControllerId', 'ProvisioningStatus', 'Role', 'SerialNumber', 'CreatedAt', 'UpdatedAt',
];

/** One page of ListManagedThings. */
export function listManagedThings(things: readonly ManagedThing[], query: URLSearchParams): { Items: object[]; NextToken?: string } {
  const size = Number(query.get('MaxResults') ?? DEFAULT_PAGE);
  if (!Number.isInteger(size) || size < 1 || size > 1000) throw new AwsError('ValidationException', 'MaxResults must be 1 to 1000');
  const after = lastIdOf(query.get('NextToken'));
  const found = things
    .filter(({ Id }) => Id > after)
    .filter(matching(query))
    .sort((a, b) => (a.Id < b.Id ? -1 : 1));
  const page = found.slice(0, size);
  return {
    Items: page.map((thing) => Object.fromEntries(ITEM.map((member) => [member, thing[member]]))),
    // By the last id and not by a count: whoever deletes page by page must not skip what moves up.
    NextToken: found.length > size ? Buffer.from(page[size - 1].Id).toString('base64url') : undefined,
  };
}

function matching(query: URLSearchParams): (thing: ManagedThing) => boolean {
  const wanted: [keyof ManagedThing, string][] = [];
  for (const [name, value] of query) {
    if (name === 'MaxResults' || name === 'NextToken') continue;
    const [member, pattern] = FILTERS[name] ?? [];
    if (!member || !pattern!.test(value)) throw new AwsError('ValidationException', `${name} is not valid`);
    wanted.push([member, value]);
  }
  return (thing) => wanted.every(([member, value]) => thing[member] === value);
}

function lastIdOf(token: string | null): string {
  if (token === null) return '';
  const id = Buffer.from(token, 'base64url').toString();
  if (!THING_ID.test(id)) throw new AwsError('ValidationException', 'NextToken is not valid');
  return id;
}
