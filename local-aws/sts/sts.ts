import type { Iam } from '../iam/iam';
import { parseQuery, queryReply } from '../query-protocol';
import { AwsError, NotImplemented, type Call, type Reply, type Service } from '../service';

export class Sts implements Service {
  readonly signingNames = ['sts'];
  readonly protocol = 'query';
  readonly denial = { code: 'AccessDenied', status: 403 };

  constructor(private readonly iam: Iam) {}

  handle(call: Call): Reply {
    const input = parseQuery(call);
    switch (input.Action) {
      case 'GetCallerIdentity':
        return queryReply(input.Action, this.callerIdentity(call));
      case 'AssumeRole':
        return queryReply(input.Action, this.assumeRole(call, input.RoleArn, input.RoleSessionName));
      default:
        throw new NotImplemented(`STS ${input.Action}`);
    }
  }

  private callerIdentity({ caller }: Call): object {
    const { account } = this.iam;
    if (caller.kind !== 'function') return { UserId: 'AIDALOCALOPERATOR', Account: account, Arn: `arn:aws:iam::${account}:user/operator` };
    const role = this.iam.roleByArn(caller.roleArn);
    return { UserId: `${role?.id}:${caller.session}`, Account: account, Arn: `arn:aws:sts::${account}:assumed-role/${role?.name}/${caller.session}` };
  }

  /** An operator stays one: the roles of the bootstrap stack are there to be assumed, not enforced. */
  private assumeRole(call: Call, roleArn: string, session: string): object {
    if (call.caller.kind !== 'operator') throw new NotImplemented('STS AssumeRole for a function');
    const role = this.iam.roleByArn(roleArn);
    if (!role) {
      throw new AwsError('AccessDenied', `User: arn:aws:iam::${this.iam.account}:user/operator is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`, 403);
    }
    return {
      Credentials: { AccessKeyId: 'ASIAOPERATOR', SecretAccessKey: 'local', SessionToken: 'local', Expiration: new Date(Date.now() + 3_600_000) },
      AssumedRoleUser: { AssumedRoleId: `${role.id}:${session}`, Arn: `arn:aws:sts::${this.iam.account}:assumed-role/${role.name}/${session}` },
    };
  }
}
