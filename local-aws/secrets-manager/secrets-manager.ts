import { randomBytes, randomUUID } from 'node:crypto';
import { jsonReply } from '../json-protocol';
import { AwsError, type Api, type Call, type Reply, type Service } from '../service';
import { blob, flag, integer, only, required, text } from '../shapes';

export interface Secret {
  readonly name: string;
  /** Ends with a hyphen and six random characters. */
  readonly arn: string;
  readonly createdDate: number;
  value?: { SecretString?: string; SecretBinary?: string };
  versionId: string;
  deletedDate?: number;
}

const ID = text({ min: 1, max: 2048 });
const TOKEN = text({ min: 32, max: 64 });
const VALUE = { SecretString: text({ min: 1, max: 65536, sensitive: true }), SecretBinary: blob({ min: 1, max: 65536, sensitive: true }) };

export class SecretsManager implements Service {
  readonly signingNames = ['secretsmanager'];
  readonly protocol = 'json';
  readonly denial = { code: 'AccessDeniedException', status: 400 };
  readonly secrets = new Map<string, Secret>();

  constructor(
    private readonly region: string,
    private readonly account: string,
  ) {}

  handle(call: Call): Promise<Reply> {
    return jsonReply(this.api, 'secretsmanager', call);
  }

  readonly api: Api<object> = {
    name: 'secretsmanager',
    prefix: 'secretsmanager',
    invalid: 'ValidationException',
    operations: {
      CreateSecret: {
        members: { Name: required(text({ min: 1, max: 512 })), Description: text({ max: 2048 }), ClientRequestToken: TOKEN, ...VALUE },
        on: ({ Name }) => this.arn(Name, '*'),
        handle: ({ Name, SecretString, SecretBinary, ClientRequestToken }) => {
          const secret = this.create(Name);
          if (SecretString !== undefined || SecretBinary !== undefined) this.put(secret, { SecretString, SecretBinary }, ClientRequestToken);
          return { ARN: secret.arn, Name, VersionId: secret.value && secret.versionId };
        },
      },
      GetSecretValue: {
        members: { SecretId: required(ID), VersionStage: only(text({ min: 1, max: 256 }), 'AWSCURRENT') },
        on: ({ SecretId }) => this.arnOf(SecretId),
        handle: ({ SecretId }) => {
          const secret = this.active(SecretId);
          if (!secret.value) throw notFound("Secrets Manager can't find the specified secret value for staging label: AWSCURRENT");
          return {
            ARN: secret.arn,
            Name: secret.name,
            VersionId: secret.versionId,
            VersionStages: ['AWSCURRENT'],
            CreatedDate: secret.createdDate,
            ...secret.value,
          };
        },
      },
      PutSecretValue: {
        members: { SecretId: required(ID), ClientRequestToken: TOKEN, ...VALUE },
        on: ({ SecretId }) => this.arnOf(SecretId),
        handle: ({ SecretId, SecretString, SecretBinary, ClientRequestToken }) => {
          const secret = this.active(SecretId);
          this.put(secret, { SecretString, SecretBinary }, ClientRequestToken);
          return { ARN: secret.arn, Name: secret.name, VersionId: secret.versionId, VersionStages: ['AWSCURRENT'] };
        },
      },
      DescribeSecret: {
        members: { SecretId: required(ID) },
        on: ({ SecretId }) => this.arnOf(SecretId),
        handle: ({ SecretId }) => {
          const secret = this.there(SecretId);
          return { ARN: secret.arn, Name: secret.name, CreatedDate: secret.createdDate, DeletedDate: secret.deletedDate };
        },
      },
      DeleteSecret: {
        members: { SecretId: required(ID), RecoveryWindowInDays: integer(), ForceDeleteWithoutRecovery: flag() },
        on: ({ SecretId }) => this.arnOf(SecretId),
        handle: ({ SecretId, ForceDeleteWithoutRecovery = false, RecoveryWindowInDays }) => {
          if (ForceDeleteWithoutRecovery && RecoveryWindowInDays !== undefined) {
            throw new AwsError('InvalidParameterException', "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.");
          }
          if (RecoveryWindowInDays < 7 || RecoveryWindowInDays > 30) {
            throw new AwsError('InvalidParameterException', 'The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).');
          }
          return ForceDeleteWithoutRecovery ? this.forceDelete(SecretId) : this.scheduleDeletion(SecretId, RecoveryWindowInDays);
        },
      },
      RestoreSecret: {
        members: { SecretId: required(ID) },
        on: ({ SecretId }) => this.arnOf(SecretId),
        handle: ({ SecretId }) => {
          const secret = this.there(SecretId);
          secret.deletedDate = undefined;
          return { ARN: secret.arn, Name: secret.name };
        },
      },
    },
  };

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

  put(secret: Secret, value: NonNullable<Secret['value']>, versionId: string = randomUUID()): void {
    if ((value.SecretString === undefined) === (value.SecretBinary === undefined)) {
      throw new AwsError('InvalidParameterException', 'You must provide either SecretString or SecretBinary.');
    }
    secret.value = value;
    secret.versionId = versionId;
  }

  /** By name, ARN, or ARN without the six random characters. */
  find(id: string): Secret | undefined {
    return [...this.secrets.values()].find(({ name, arn }) => name === id || arn === id || arn.slice(0, -7) === id);
  }

  private scheduleDeletion(id: string, days = 30): object {
    const secret = this.active(id);
    secret.deletedDate = Date.now() / 1000 + days * 86_400;
    return { ARN: secret.arn, Name: secret.name, DeletionDate: secret.deletedDate };
  }

  /** Takes what is scheduled for deletion, too, and what is not there. */
  private forceDelete(id: string): object {
    const secret = this.find(id);
    if (secret) this.secrets.delete(secret.name);
    return { ARN: secret?.arn, Name: secret?.name ?? id, DeletionDate: Date.now() / 1000 };
  }

  private there(id: string): Secret {
    const secret = this.find(id);
    if (!secret) throw notFound("Secrets Manager can't find the specified secret.");
    return secret;
  }

  private active(id: string): Secret {
    const secret = this.there(id);
    if (secret.deletedDate) {
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
