import type { Throttle } from '../quota';
import { AwsError, json, NotImplemented, type Call, type Reply, type Service } from '../service';
import type { Policies } from './policies';
import type { Registry, Thing } from './registry';
import { admit, bodyOf, pageOf, type Operations } from './rest';

export const CONTROL_PLANE_QUOTAS = {
  DescribeEndpoint: { rate: 10 },
  DescribeThing: { rate: 350 },
  ListThings: { rate: 10 },
} as const;

/** Things, policies, the account's endpoint, and what `operations` adds. */
export class ControlPlane implements Service {
  readonly signingNames = ['iot'];
  readonly protocol = 'rest-json';
  readonly denial = { code: 'AccessDeniedException', status: 403 };

  constructor(
    private readonly registry: Registry,
    private readonly policies: Policies,
    private readonly throttle: Throttle<keyof typeof CONTROL_PLANE_QUOTAS>,
    private readonly arnPrefix: string,
    private readonly endpointAddress: () => string,
    private readonly operations: Operations,
  ) {}

  handle(call: Call): Reply {
    const path = decodeURIComponent(call.path);
    const [, name] = /^\/[^/]+\/([^/]+)/.exec(path) ?? [];
    const route = `${call.method} ${path.replace(/^(\/[^/]+)\/[^/]+/, '$1/{name}')}`;
    const operation = this.operations[`${call.method} ${path}`] ?? this.operations[route];
    if (operation) return operation(call, name);
    switch (route) {
      case 'GET /endpoint': return this.describeEndpoint(call);
      case 'GET /things': return this.listThings(call);
      case 'POST /things/{name}': return this.createThing(call, name);
      case 'GET /things/{name}': return this.describeThing(call, name);
      case 'DELETE /things/{name}': return this.deleteThing(call, name);
      case 'POST /policies/{name}': return this.createPolicy(call, name);
      case 'DELETE /policies/{name}': return this.deletePolicy(call, name);
      case 'POST /policy-targets/{name}': return this.listTargetsForPolicy(call, name);
      case 'PUT /target-policies/{name}': return this.attachPolicy(call, name);
      case 'POST /target-policies/{name}': return this.detachPolicy(call, name);
      default: throw new NotImplemented(`iot ${call.method} ${call.path}`);
    }
  }

  private describeEndpoint(call: Call): Reply {
    call.authorize('iot:DescribeEndpoint', '*');
    admit(this.throttle, 'DescribeEndpoint');
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
    admit(this.throttle, 'DescribeThing');
    return json({ ...this.registry.get(name), defaultClientId: name });
  }

  private deleteThing(call: Call, name: string): Reply {
    call.authorize('iot:DeleteThing', `${this.arnPrefix}thing/${name}`);
    this.registry.delete(name);
    return json({});
  }

  private listThings(call: Call): Reply {
    call.authorize('iot:ListThings', '*');
    admit(this.throttle, 'ListThings');
    const {
      maxResults = '250', nextToken, attributeName, attributeValue, thingTypeName, usePrefixAttributeValue, ...rest
    } = Object.fromEntries(call.query);
    const [unknown] = Object.keys(rest);
    if (unknown) throw new NotImplemented(`iot ListThings with ${unknown}`);
    const filter = { attributeName, attributeValue, thingTypeName, usePrefixAttributeValue: usePrefixAttributeValue === 'true' };
    const page = pageOf(this.registry.list(filter), (thing) => thing.thingName, Number(maxResults), 250, nextToken);
    const listed = (thing: Thing) => ({
      thingName: thing.thingName, thingArn: thing.thingArn, thingTypeName: thing.thingTypeName, attributes: thing.attributes, version: thing.version,
    });
    return json({ things: page.items.map(listed), nextToken: page.nextToken });
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

  /** A marker is base64 with + and /, unlike a nextToken. AWS names no default of pageSize. */
  private listTargetsForPolicy(call: Call, name: string): Reply {
    call.authorize('iot:ListTargetsForPolicy', `${this.arnPrefix}policy/${name}`);
    const marker = call.query.get('marker')?.replaceAll('+', '-').replaceAll('/', '_');
    const targets = [...this.policies.get(name).targets];
    const page = pageOf(targets, (target) => target, Number(call.query.get('pageSize') ?? 25), 250, marker, ['pageSize', 'marker']);
    return json({ targets: page.items, nextMarker: page.nextToken?.replaceAll('-', '+').replaceAll('_', '/') });
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
}

function targetOf(call: Call): string {
  const { target } = bodyOf(call);
  if (typeof target !== 'string') throw new AwsError('InvalidRequestException', 'target is missing');
  return target;
}
