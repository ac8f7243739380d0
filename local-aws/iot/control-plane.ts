import type { Throttle } from '../quota';
import { restHandler } from '../rest-protocol';
import { AwsError, json, type Api, type Call, type Operations, type Reply, type Service } from '../service';
import { flag, inQuery, integer, only, required, text } from '../shapes';
import type { Policies } from './policies';
import type { Registry, Thing } from './registry';
import { ATTRIBUTE, ATTRIBUTES, ATTRIBUTE_VALUE, NAME, pageOf, POLICY_NAME } from './rest';

// https://docs.aws.amazon.com/general/latest/gr/iot-core.html#throttling-limits
export const CONTROL_PLANE_QUOTAS = {
  AttachPolicy: { rate: 15 },
  CreatePolicy: { rate: 10 },
  DeletePolicy: { rate: 10 },
  DescribeEndpoint: { rate: 10 },
  DescribeThing: { rate: 350 },
  DetachPolicy: { rate: 15 },
  ListTargetsForPolicy: { rate: 10 },
  ListThings: { rate: 10 },
} as const;

const POLICY = required(POLICY_NAME);
const TARGET = required(text());

/** Things, policies, the account's endpoint, and what `others` adds. */
export class ControlPlane implements Service {
  readonly signingNames = ['iot'];
  readonly protocol = 'rest-json';
  readonly denial = { code: 'AccessDeniedException', status: 403 };
  readonly api: Api<Reply>;
  readonly handle: (call: Call) => Promise<Reply>;

  constructor(
    private readonly registry: Registry,
    private readonly policies: Policies,
    private readonly throttle: Throttle<keyof typeof CONTROL_PLANE_QUOTAS>,
    private readonly arnPrefix: string,
    private readonly endpointAddress: () => string,
    others: Operations<Reply>,
  ) {
    this.api = {
      name: 'iot',
      prefix: 'iot',
      invalid: 'InvalidRequestException',
      admit: (operation) => {
        // 400, unlike the data plane's 429.
        if (!this.throttle.allows(operation)) throw new AwsError('ThrottlingException', 'Rate exceeded');
      },
      operations: { ...this.operations, ...others },
    };
    this.handle = restHandler(this.api);
  }

  private readonly operations: Operations<Reply> = {
    DescribeEndpoint: {
      http: 'GET /endpoint',
      members: { endpointType: inQuery(only(text({ max: 128, pattern: /[\s\S]*/ }), 'iot:Data-ATS', 'iot:Data')) },
      on: () => '*',
      handle: () => json({ endpointAddress: this.endpointAddress() }),
    },
    CreateThing: {
      http: 'POST /things/{thingName}',
      members: { thingName: required(NAME), attributePayload: ATTRIBUTES },
      on: ({ thingName }) => this.thing(thingName),
      handle: ({ thingName: name, attributePayload }) => {
        const { thingName, thingArn, thingId } = this.registry.create(name, attributePayload?.attributes);
        return json({ thingName, thingArn, thingId });
      },
    },
    DescribeThing: {
      http: 'GET /things/{thingName}',
      members: { thingName: required(NAME) },
      on: ({ thingName }) => this.thing(thingName),
      handle: ({ thingName }) => json({ ...this.registry.get(thingName), defaultClientId: thingName }),
    },
    DeleteThing: {
      http: 'DELETE /things/{thingName}',
      members: { thingName: required(NAME) },
      on: ({ thingName }) => this.thing(thingName),
      handle: ({ thingName }) => {
        this.registry.delete(thingName);
        return json({});
      },
    },
    ListThings: {
      http: 'GET /things',
      members: {
        nextToken: inQuery(text()),
        maxResults: inQuery(integer({ min: 1, max: 250 })),
        attributeName: inQuery(ATTRIBUTE),
        attributeValue: inQuery(ATTRIBUTE_VALUE),
        thingTypeName: inQuery(NAME),
        usePrefixAttributeValue: inQuery(flag()),
      },
      on: () => '*',
      handle: ({ maxResults = 250, nextToken, ...filter }) => {
        const page = pageOf(this.registry.list(filter), (thing) => thing.thingName, maxResults, nextToken);
        return json({ things: page.items.map(listed), nextToken: page.nextToken });
      },
    },
    CreatePolicy: {
      http: 'POST /policies/{policyName}',
      members: { policyName: POLICY, policyDocument: required(text({ min: 0, max: 404600, pattern: /[\s\S]*/ })) },
      on: ({ policyName }) => this.policy(policyName),
      handle: ({ policyName, policyDocument }) => {
        const policy = this.policies.create(policyName, policyDocument);
        return json({ policyName, policyArn: policy.arn, policyDocument: policy.document, policyVersionId: '1' });
      },
    },
    DeletePolicy: {
      http: 'DELETE /policies/{policyName}',
      members: { policyName: POLICY },
      on: ({ policyName }) => this.policy(policyName),
      handle: ({ policyName }) => {
        this.policies.delete(policyName);
        return json({});
      },
    },
    ListTargetsForPolicy: {
      http: 'POST /policy-targets/{policyName}',
      members: {
        policyName: POLICY,
        marker: inQuery(text({ max: 1024, pattern: /[A-Za-z0-9+/]+={0,2}/ })),
        pageSize: inQuery(integer({ min: 1, max: 250 })),
      },
      on: ({ policyName }) => this.policy(policyName),
      // A marker is base64 with + and /, unlike a nextToken. AWS names no default of pageSize.
      handle: ({ policyName, marker, pageSize = 25 }) => {
        const token = marker?.replaceAll('+', '-').replaceAll('/', '_');
        const page = pageOf([...this.policies.get(policyName).targets], (target) => target, pageSize, token, 'marker');
        return json({ targets: page.items, nextMarker: page.nextToken?.replaceAll('-', '+').replaceAll('_', '/') });
      },
    },
    AttachPolicy: {
      http: 'PUT /target-policies/{policyName}',
      members: { policyName: POLICY, target: TARGET },
      on: ({ target }) => target,
      handle: ({ policyName, target }) => {
        this.policies.attach(policyName, target);
        return {};
      },
    },
    DetachPolicy: {
      http: 'POST /target-policies/{policyName}',
      members: { policyName: POLICY, target: TARGET },
      on: ({ target }) => target,
      handle: ({ policyName, target }) => {
        this.policies.detach(policyName, target);
        return {};
      },
    },
  };

  private thing(name: string): string {
    return `${this.arnPrefix}thing/${name}`;
  }

  private policy(name: string): string {
    return `${this.arnPrefix}policy/${name}`;
  }
}

function listed({ thingName, thingArn, thingTypeName, attributes, version }: Thing): object {
  return { thingName, thingArn, thingTypeName, attributes, version };
}
