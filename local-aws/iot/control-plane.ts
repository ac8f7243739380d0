import type { Throttle } from '../quota';
import { AwsError, json, NotImplemented, type Call, type Reply, type Service } from '../service';
import type { Policies } from './policies';
import type { Registry, Thing } from './registry';

export const CONTROL_PLANE_QUOTAS = {
  DescribeEndpoint: { rate: 10 },
  DescribeThing: { rate: 350 },
  ListThings: { rate: 10 },
} as const;

/** Things, policies and the account's endpoint. */
export class ControlPlane implements Service {
  readonly signingNames = ['iot'];
  readonly protocol = 'rest-json';

  constructor(
    private readonly registry: Registry,
    private readonly policies: Policies,
    private readonly throttle: Throttle<keyof typeof CONTROL_PLANE_QUOTAS>,
    private readonly arnPrefix: string,
    private readonly endpointAddress: () => string,
  ) {}

  handle(call: Call): Reply {
    const [, collection, name] = /^\/([^/]+)(?:\/([^/]+))?$/.exec(decodeURIComponent(call.path)) ?? [];
    switch (`${call.method} /${collection}${name ? '/{name}' : ''}`) {
      case 'GET /endpoint': return this.describeEndpoint(call);
      case 'GET /things': return this.listThings(call);
      case 'POST /things/{name}': return this.createThing(call, name);
      case 'GET /things/{name}': return this.describeThing(call, name);
      case 'DELETE /things/{name}': return this.deleteThing(call, name);
      case 'POST /policies/{name}': return this.createPolicy(call, name);
      case 'DELETE /policies/{name}': return this.deletePolicy(call, name);
      case 'PUT /target-policies/{name}': return this.attachPolicy(call, name);
      case 'POST /target-policies/{name}': return this.detachPolicy(call, name);
      default: throw new NotImplemented(`iot ${call.method} ${call.path}`);
    }
  }

  private describeEndpoint(call: Call): Reply {
    call.authorize('iot:DescribeEndpoint', '*');
    this.admit('DescribeEndpoint');
    const type = call.query.get('endpointType') ?? 'iot:Data';
    if (!['iot:Data-ATS', 'iot:Data'].includes(type)) throw new NotImplemented(`iot DescribeEndpoint ${type}`);
    return json({ endpointAddress: this.endpointAddress() });
  }

  private createThing(call: Call, name: string): Reply {
    call.authorize('iot:CreateThing', `${this.arnPrefix}thing/${name}`);
    const { attributePayload, ...rest } = bodyOf(call);
    const [unknown] = Object.keys(rest);
    if (unknown) throw new NotImplemented(`iot CreateThing with ${unknown}`);
    const { thingName, thingArn, thingId } = this.registry.create(name, attributePayload?.attributes);
    return json({ thingName, thingArn, thingId });
  }

  private describeThing(call: Call, name: string): Reply {
    call.authorize('iot:DescribeThing', `${this.arnPrefix}thing/${name}`);
    this.admit('DescribeThing');
    return json({ ...this.registry.get(name), defaultClientId: name });
  }

  private deleteThing(call: Call, name: string): Reply {
    call.authorize('iot:DeleteThing', `${this.arnPrefix}thing/${name}`);
    this.registry.delete(name);
    return json({});
  }

  private listThings(call: Call): Reply {
    call.authorize('iot:ListThings', '*');
    this.admit('ListThings');
    const { maxResults = '250', nextToken, attributeName, attributeValue, ...rest } = Object.fromEntries(call.query);
    const [unknown] = Object.keys(rest);
    if (unknown) throw new NotImplemented(`iot ListThings with ${unknown}`);
    const size = Number(maxResults);
    if (!(size >= 1 && size <= 250)) throw new AwsError('InvalidRequestException', 'maxResults must be 1 to 250');
    const things = this.registry.list({ attributeName, attributeValue }, nextToken && Buffer.from(nextToken, 'base64url').toString());
    const page = things.slice(0, size);
    return json({
      things: page.map(({ thingName, thingArn, attributes, version }: Thing) => ({ thingName, thingArn, attributes, version })),
      nextToken: things.length > size ? Buffer.from(page[size - 1].thingName).toString('base64url') : undefined,
    });
  }

  private createPolicy(call: Call, name: string): Reply {
    call.authorize('iot:CreatePolicy', `${this.arnPrefix}policy/${name}`);
    const { policyDocument } = bodyOf(call);
    if (!policyDocument) throw new AwsError('InvalidRequestException', 'policyDocument is missing');
    const policy = this.policies.create(name, policyDocument);
    return json({ policyName: name, policyArn: policy.arn, policyDocument: policy.document, policyVersionId: '1' });
  }

  private deletePolicy(call: Call, name: string): Reply {
    call.authorize('iot:DeletePolicy', `${this.arnPrefix}policy/${name}`);
    this.policies.delete(name);
    return json({});
  }

  private attachPolicy(call: Call, name: string): Reply {
    const target = targetOf(call);
    call.authorize('iot:AttachPolicy', target);
    this.policies.attach(name, target);
    return {};
  }

  private detachPolicy(call: Call, name: string): Reply {
    const target = targetOf(call);
    call.authorize('iot:DetachPolicy', target);
    this.policies.detach(name, target);
    return {};
  }

  private admit(operation: keyof typeof CONTROL_PLANE_QUOTAS): void {
    // 400, unlike the data plane's 429.
    if (!this.throttle.allows(operation)) throw new AwsError('ThrottlingException', 'Rate exceeded');
  }
}

function bodyOf(call: Call): Record<string, any> {
  return call.body.length > 0 ? JSON.parse(call.body.toString()) : {};
}

function targetOf(call: Call): string {
  const { target } = bodyOf(call);
  if (typeof target !== 'string') throw new AwsError('InvalidRequestException', 'target is missing');
  return target;
}
