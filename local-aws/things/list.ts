import { AwsError } from '../service';
import { THING_ID, type ManagedThing } from './store';

const DEFAULT_PAGE = 100;

/** Each filter's member. */
const FILTERS: Readonly<Record<string, keyof ManagedThing>> = {
  OwnerFilter: 'Owner',
  CredentialLockerFilter: 'CredentialLockerId',
  RoleFilter: 'Role',
  ParentControllerIdentifierFilter: 'ParentControllerId',
  ConnectorPolicyIdFilter: 'ConnectorPolicyId',
  ConnectorDestinationIdFilter: 'ConnectorDestinationId',
  ConnectorDeviceIdFilter: 'ConnectorDeviceId',
  SerialNumberFilter: 'SerialNumber',
  ProvisioningStatusFilter: 'ProvisioningStatus',
};

/** Members of an item; GetManagedThing answers more. */
const ITEM: readonly (keyof ManagedThing)[] = [
  'Id',
  'Arn',
  'Brand',
  'Classification',
  'ConnectorDeviceId',
  'ConnectorPolicyId',
  'ConnectorDestinationId',
  'Model',
  'Name',
  'Owner',
  'CredentialLockerId',
  'ParentControllerId',
  'ProvisioningStatus',
  'Role',
  'SerialNumber',
  'CreatedAt',
  'UpdatedAt',
];

export interface ListInput extends Readonly<Partial<Record<string, string | number>>> {
  readonly MaxResults?: number;
  readonly NextToken?: string;
}

/** One page of ListManagedThings. */
export function listManagedThings(things: readonly ManagedThing[], input: ListInput): { Items: object[]; NextToken?: string } {
  const { MaxResults = DEFAULT_PAGE, NextToken } = input;
  const after = lastIdOf(NextToken);
  const wanted = Object.entries(FILTERS).filter(([filter]) => input[filter] !== undefined);
  const found = things
    .filter(({ Id }) => Id > after)
    .filter((thing) => wanted.every(([filter, member]) => thing[member] === input[filter]))
    .sort((a, b) => (a.Id < b.Id ? -1 : 1));
  const page = found.slice(0, MaxResults);
  return {
    Items: page.map((thing) => Object.fromEntries(ITEM.map((member) => [member, thing[member]]))),
    // By the last id and not by a count: whoever deletes page by page must not skip what moves up.
    NextToken: found.length > MaxResults ? Buffer.from(page[MaxResults - 1].Id).toString('base64url') : undefined,
  };
}

function lastIdOf(token: string | undefined): string {
  if (token === undefined) return '';
  const id = Buffer.from(token, 'base64url').toString();
  if (!THING_ID.test(id)) throw new AwsError('ValidationException', 'NextToken is not valid');
  return id;
}
