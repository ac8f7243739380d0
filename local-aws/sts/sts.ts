import type { Iam } from '../iam/iam';
import { queryReply } from '../query-protocol';
import { AwsError, NotImplemented, type Api, type Call, type Reply, type Service } from '../service';
import { integer, required, text } from '../shapes';

export class Sts implements Service {
  readonly signingNames = ['sts'];
  readonly protocol = 'query';
  readonly denial = { code: 'AccessDenied', status: 403 };
  readonly api: Api<object>;

  constructor(private readonly iam: Iam) {
    this.api = {
      name: 'sts',
      prefix: 'sts',
      invalid: 'ValidationError',
      operations: {
        // Nobody needs a permission for it: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
        GetCallerIdentity: { members: {}, handle: (_, call) => this.callerIdentity(call) },
        AssumeRole: {
          members: {
            // Of its pattern, nothing is left out but control characters.
            RoleArn: required(text({ min: 20, max: 2048 })),
            RoleSessionName: required(text({ min: 2, max: 64, pattern: /[\w+=,.@-]*/ })),
            DurationSeconds: integer({ min: 900, max: 43200 }),
          },
          handle: (input, call) => this.assumeRole(call, input),
        },
      },
    };
  }

  handle(call: Call): Promise<Reply> {
    return queryReply(this.api, '2011-06-15', call);
  }

  private callerIdentity({ caller }: Call): object {
    const { account } = this.iam;
    if (caller.kind !== 'function') return { UserId: 'AIDALOCALOPERATOR', Account: account, Arn: `arn:aws:iam::${account}:user/operator` };
    const role = this.iam.roleByArn(caller.roleArn);
    return { UserId: `${role?.id}:${caller.session}`, Account: account, Arn: `arn:aws:sts::${account}:assumed-role/${role?.name}/${caller.session}` };
  }

  /** An operator stays one: the roles of the bootstrap stack are there to be assumed, not enforced. */
  private assumeRole({ caller }: Call, { RoleArn, RoleSessionName, DurationSeconds = 3600 }: any): object {
    if (caller.kind !== 'operator') throw new NotImplemented('sts AssumeRole for a function');
    const role = this.iam.roleByArn(RoleArn);
    if (!role) {
      throw new AwsError(
        'AccessDenied',
        `User: arn:aws:iam::${this.iam.account}:user/operator is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`,
        403,
      );
    }
    return {
      Credentials: { AccessKeyId: 'ASIAOPERATOR', SecretAccessKey: 'local', SessionToken: 'local', Expiration: new Date(Date.now() + DurationSeconds * 1000) },
      AssumedRoleUser: { AssumedRoleId: `${role.id}:${RoleSessionName}`, Arn: `arn:aws:sts::${this.iam.account}:assumed-role/${role.name}/${RoleSessionName}` },
    };
  }
}
