import { randomBytes, randomUUID } from 'node:crypto';
import type { ResourceTypes } from '../cloudformation/resource-type';
import { jsonReply } from '../json-protocol';
import { AwsError, NotImplemented, type Call, type Reply, type Service } from '../service';
import { secretResourceTypes } from './resource-types';

export interface Secret {
  readonly name: string;
  /** Ends with a hyphen and six random characters. */
  readonly arn: string;
  readonly createdDate: number;
  value?: { SecretString?: string; SecretBinary?: string };
  versionId: string;
  deletedDate?: number;
}

export class SecretsManager implements Service {
  readonly signingNames = ['secretsmanager'];
  readonly protocol = 'json';
  readonly denial = { code: 'AccessDeniedException', status: 400 };
  readonly secrets = new Map<string, Secret>();
  readonly resourceTypes: ResourceTypes = secretResourceTypes(this);

  constructor(private readonly region: string, private readonly account: string) {}

  handle(call: Call): Reply {
    return jsonReply(call, {
      CreateSecret: ({ Name, SecretString, SecretBinary }) => {
        call.authorize('secretsmanager:CreateSecret', this.arn(Name, '*'));
        const secret = this.create(Name);
        if (SecretString !== undefined || SecretBinary !== undefined) this.put(secret, { SecretString, SecretBinary });
        return { ARN: secret.arn, Name, VersionId: secret.value && secret.versionId };
      },
      GetSecretValue: ({ SecretId, VersionId, VersionStage }) => {
        if (VersionId !== undefined || (VersionStage ?? 'AWSCURRENT') !== 'AWSCURRENT') throw new NotImplemented('versions of GetSecretValue');
        const secret = this.authorized(call, 'GetSecretValue', SecretId);
        if (!secret.value) throw notFound("Secrets Manager can't find the specified secret value for staging label: AWSCURRENT");
        return { ARN: secret.arn, Name: secret.name, VersionId: secret.versionId, VersionStages: ['AWSCURRENT'], CreatedDate: secret.createdDate, ...secret.value };
      },
      PutSecretValue: ({ SecretId, SecretString, SecretBinary }) => {
        const secret = this.authorized(call, 'PutSecretValue', SecretId);
        this.put(secret, { SecretString, SecretBinary });
        return { ARN: secret.arn, Name: secret.name, VersionId: secret.versionId, VersionStages: ['AWSCURRENT'] };
      },
      DescribeSecret: ({ SecretId }) => {
        const secret = this.authorized(call, 'DescribeSecret', SecretId, true);
        return { ARN: secret.arn, Name: secret.name, CreatedDate: secret.createdDate, DeletedDate: secret.deletedDate };
      },
      DeleteSecret: ({ SecretId, ForceDeleteWithoutRecovery = false, RecoveryWindowInDays }) => {
        if (ForceDeleteWithoutRecovery && RecoveryWindowInDays !== undefined) {
          throw new AwsError('InvalidParameterException', "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.");
        }
        if (RecoveryWindowInDays < 7 || RecoveryWindowInDays > 30) {
          throw new AwsError('InvalidParameterException', 'The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).');
        }
        return ForceDeleteWithoutRecovery ? this.forceDelete(call, SecretId) : this.scheduleDeletion(call, SecretId, RecoveryWindowInDays);
      },
      RestoreSecret: ({ SecretId }) => {
        const secret = this.authorized(call, 'RestoreSecret', SecretId, true);
        secret.deletedDate = undefined;
        return { ARN: secret.arn, Name: secret.name };
      },
    });
  }

  create(name: string): Secret {
    const existing = this.secrets.get(name);
    if (existing?.deletedDate) {
      throw new AwsError('InvalidRequestException', "You can't create this secret because a secret with this name is already scheduled for deletion.");
    }
    if (existing) throw new AwsError('ResourceExistsException', `The operation failed because the secret ${name} already exists.`);
    const secret: Secret = { name, arn: this.arn(name, suffix()), createdDate: Date.now() / 1000, versionId: '' };
    this.secrets.set(name, secret);
    return secret;
  }

  put(secret: Secret, value: Secret['value']): void {
    secret.value = value;
    secret.versionId = randomUUID();
  }

  /** By name, ARN, or ARN without the six random characters. */
  find(id: string): Secret | undefined {
    return [...this.secrets.values()].find(({ name, arn }) => name === id || arn === id || arn.slice(0, -7) === id);
  }

  private scheduleDeletion(call: Call, id: string, days = 30): object {
    const secret = this.authorized(call, 'DeleteSecret', id);
    secret.deletedDate = Date.now() / 1000 + days * 86_400;
    return { ARN: secret.arn, Name: secret.name, DeletionDate: secret.deletedDate };
  }

  /** Takes what is scheduled for deletion, too, and what is not there. */
  private forceDelete(call: Call, id: string): object {
    call.authorize('secretsmanager:DeleteSecret', this.arnOf(id));
    const secret = this.find(id);
    if (secret) this.secrets.delete(secret.name);
    return { ARN: secret?.arn, Name: secret?.name ?? id, DeletionDate: Date.now() / 1000 };
  }

  private authorized(call: Call, operation: string, id: string, evenIfDeleted = false): Secret {
    const secret = this.find(id);
    call.authorize(`secretsmanager:${operation}`, this.arnOf(id));
    if (!secret) throw notFound("Secrets Manager can't find the specified secret.");
    if (secret.deletedDate && !evenIfDeleted) {
      throw new AwsError('InvalidRequestException', "You can't perform this operation on the secret because it was marked for deletion.");
    }
    return secret;
  }

  private arnOf(id: string): string {
    return this.find(id)?.arn ?? (id.startsWith('arn:') ? id : this.arn(id, '*'));
  }

  private arn(name: string, ending: string): string {
    return `arn:aws:secretsmanager:${this.region}:${this.account}:secret:${name}-${ending}`;
  }
}

function suffix(): string {
  return randomBytes(6).toString('base64').replace(/[+/]/g, 'x').slice(0, 6);
}

function notFound(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', message);
}
