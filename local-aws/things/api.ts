import type { Throttle } from '../quota';
import { AwsError, json, NotImplemented, type Call, type Reply, type Service } from '../service';
import { listManagedThings } from './list';
import { THING_ID, type ManagedThing, type ThingStore } from './store';

const TEN = { rate: 10 };
export const THINGS_QUOTAS = {
  CreateManagedThing: TEN, UpdateManagedThing: TEN, DeleteManagedThing: TEN, GetManagedThing: TEN, ListManagedThings: TEN,
  DeleteCredentialLocker: TEN,
} as const;

const UPDATABLE = ['Owner', 'CredentialLockerId', 'SerialNumber', 'Brand', 'Model', 'Name', 'Classification', 'HubNetworkMode', 'MetaData'];
const NO_CONTENT: Reply = { status: 204 };

/** IoT Managed integrations: managed things and credential lockers. */
export class ThingsApi implements Service {
  readonly signingNames = ['iotmanagedintegrations'];
  readonly protocol = 'rest-json';
  readonly denial = { code: 'AccessDeniedException', status: 403 };

  constructor(
    private readonly store: ThingStore,
    private readonly arnPrefix: string,
    private readonly throttle: Throttle<keyof typeof THINGS_QUOTAS>,
  ) {}

  handle(call: Call): Reply {
    const [, collection, encodedId] = /^\/([^/]+)(?:\/([^/]+))?$/.exec(call.path) ?? [];
    const id = encodedId && decodeURIComponent(encodedId);
    switch (`${call.method} /${collection}${id ? '/{Identifier}' : ''}`) {
      case 'POST /managed-things': return this.createManagedThing(call);
      case 'GET /managed-things': return this.listManagedThings(call);
      case 'GET /managed-things/{Identifier}': return this.getManagedThing(call, id);
      case 'PUT /managed-things/{Identifier}': return this.updateManagedThing(call, id);
      case 'DELETE /managed-things/{Identifier}': return this.deleteManagedThing(call, id);
      case 'POST /credential-lockers': return this.createCredentialLocker(call);
      case 'GET /credential-lockers/{Identifier}': return this.getCredentialLocker(call, id);
      case 'DELETE /credential-lockers/{Identifier}': return this.deleteCredentialLocker(call, id);
      default: throw new NotImplemented(`iotmanagedintegrations ${call.method} ${call.path}`);
    }
  }

  private createManagedThing(call: Call): Reply {
    call.authorize('iotmanagedintegrations:CreateManagedThing', '*');
    this.admit('CreateManagedThing');
    const { Role, AuthenticationMaterial, AuthenticationMaterialType, ClientToken: _, ...rest } = bodyOf(call);
    if (!['CONTROLLER', 'DEVICE'].includes(Role) || !AuthenticationMaterial || !AuthenticationMaterialType) {
      throw new AwsError('ValidationException', 'Role, AuthenticationMaterial and AuthenticationMaterialType are required');
    }
    refuseUnknown('CreateManagedThing', rest, [...UPDATABLE, 'Tags']);
    const { Id, Arn, CreatedAt } = this.store.create({ Role, ...rest }, { ProvisioningStatus: 'UNASSOCIATED' });
    return json({ Id, Arn, CreatedAt }, 201);
  }

  private listManagedThings(call: Call): Reply {
    call.authorize('iotmanagedintegrations:ListManagedThings', '*');
    this.admit('ListManagedThings');
    return json(listManagedThings(this.store.list(), call.query));
  }

  private getManagedThing(call: Call, id: string): Reply {
    this.authorizeThing(call, 'GetManagedThing', id);
    return json(this.store.get(id));
  }

  private updateManagedThing(call: Call, id: string): Reply {
    this.authorizeThing(call, 'UpdateManagedThing', id);
    const fields: Partial<ManagedThing> = bodyOf(call);
    refuseUnknown('UpdateManagedThing', fields, UPDATABLE);
    this.store.update(id, fields);
    return NO_CONTENT;
  }

  private deleteManagedThing(call: Call, id: string): Reply {
    this.authorizeThing(call, 'DeleteManagedThing', id);
    this.store.delete(id, call.query.get('Force') === 'true');
    return NO_CONTENT;
  }

  private createCredentialLocker(call: Call): Reply {
    call.authorize('iotmanagedintegrations:CreateCredentialLocker', '*');
    const { Name, Tags, ClientToken: _, ...rest } = bodyOf(call);
    refuseUnknown('CreateCredentialLocker', rest, []);
    const { Id, Arn, CreatedAt } = this.store.createLocker({ Name, Tags });
    return json({ Id, Arn, CreatedAt }, 201);
  }

  private getCredentialLocker(call: Call, id: string): Reply {
    call.authorize('iotmanagedintegrations:GetCredentialLocker', `${this.arnPrefix}credential-locker/${id}`);
    return json(this.store.locker(id));
  }

  private deleteCredentialLocker(call: Call, id: string): Reply {
    call.authorize('iotmanagedintegrations:DeleteCredentialLocker', `${this.arnPrefix}credential-locker/${id}`);
    this.admit('DeleteCredentialLocker');
    this.store.deleteLocker(id);
    return {};
  }

  private authorizeThing(call: Call, operation: 'GetManagedThing' | 'UpdateManagedThing' | 'DeleteManagedThing', id: string): void {
    if (!THING_ID.test(id)) throw new AwsError('ValidationException', `The identifier ${id} is not valid`);
    call.authorize(`iotmanagedintegrations:${operation}`, `${this.arnPrefix}managed-thing/${id}`);
    this.admit(operation);
  }

  private admit(operation: keyof typeof THINGS_QUOTAS): void {
    if (!this.throttle.allows(operation)) throw new AwsError('ThrottlingException', 'Rate exceeded', 429);
  }
}

function bodyOf(call: Call): Record<string, any> {
  return call.body.length > 0 ? JSON.parse(call.body.toString()) : {};
}

function refuseUnknown(operation: string, given: object, known: readonly string[]): void {
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown) throw new NotImplemented(`iotmanagedintegrations ${operation} with ${unknown}`);
}
