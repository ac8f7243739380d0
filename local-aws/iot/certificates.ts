import { randomBytes } from 'node:crypto';
import { AwsError, json, type Operations, type Reply } from '../service';
import { flag, inQuery, oneOf, only, required, text } from '../shapes';
import type { Policies } from './policies';

const ID = required(text({ min: 64, max: 64, pattern: /(0x)?[a-fA-F0-9]+/ }));
const STATUSES = ['ACTIVE', 'INACTIVE', 'REVOKED', 'PENDING_TRANSFER', 'REGISTER_INACTIVE', 'PENDING_ACTIVATION'];

/** Those that AWS IoT issued. A certificate that nobody asked for may connect all the same: its ARN is enough. */
export class Certificates {
  private readonly statuses = new Map<string, string>();

  constructor(
    private readonly arnPrefix: string,
    private readonly policies: Policies,
  ) {}

  /** The ids of those that have not been deleted. */
  get ids(): string[] {
    return [...this.statuses.keys()];
  }

  /** `principal`: a certificate's ARN or id. */
  mayConnect(principal: string | undefined): boolean {
    const status = this.statuses.get(principal?.split('/').at(-1) ?? '');
    return status === undefined || status === 'ACTIVE';
  }

  readonly operations: Operations<Reply> = {
    CreateKeysAndCertificate: {
      http: 'POST /keys-and-certificate',
      members: { setAsActive: inQuery(flag()) },
      on: () => '*',
      handle: ({ setAsActive = false }) => {
        const certificateId = randomBytes(32).toString('hex');
        this.statuses.set(certificateId, setAsActive ? 'ACTIVE' : 'INACTIVE');
        return json({
          certificateId,
          certificateArn: this.arn(certificateId),
          certificatePem: pem('CERTIFICATE'),
          keyPair: { PublicKey: pem('PUBLIC KEY'), PrivateKey: pem('RSA PRIVATE KEY') },
        });
      },
    },
    UpdateCertificate: {
      http: 'PUT /certificates/{certificateId}',
      members: { certificateId: ID, newStatus: inQuery(required(only(oneOf(...STATUSES), 'ACTIVE', 'INACTIVE'))) },
      on: ({ certificateId }) => this.arn(certificateId),
      handle: ({ certificateId, newStatus }) => {
        this.get(certificateId);
        this.statuses.set(certificateId, newStatus);
        return {};
      },
    },
    // https://docs.aws.amazon.com/iot/latest/apireference/API_DeleteCertificate.html
    DeleteCertificate: {
      http: 'DELETE /certificates/{certificateId}',
      members: { certificateId: ID, forceDelete: inQuery(only(flag(), false)) },
      on: ({ certificateId }) => this.arn(certificateId),
      handle: ({ certificateId }) => {
        if (this.get(certificateId) === 'ACTIVE') {
          throw new AwsError('CertificateStateException', `Certificate must be deactivated before deletion (id=${certificateId})`, 406);
        }
        if (this.policies.isAttachedTo(this.arn(certificateId))) {
          throw new AwsError('DeleteConflictException', `Certificate policies must be detached before deletion (id=${certificateId})`, 409);
        }
        this.statuses.delete(certificateId);
        return {};
      },
    },
  };

  private get(id: string): string {
    const status = this.statuses.get(id);
    if (status === undefined) throw new AwsError('ResourceNotFoundException', `The certificate given in the request does not exist (id=${id})`, 404);
    return status;
  }

  private arn(id: string): string {
    return `${this.arnPrefix}cert/${id}`;
  }
}

/** Looks like one, and opens nothing: there is no TLS here. */
function pem(label: string): string {
  const lines = randomBytes(192).toString('base64').match(/.{64}/g)!;
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}
