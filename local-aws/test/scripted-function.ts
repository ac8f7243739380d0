import type { CustomResourceRequest } from '../cloudformation/custom-resource-request';
import type { LocalAws } from '../local-aws';
import { until } from './support/mqtt-device';

/* The function behind custom resources, in this process: for tests of what CloudFormation asks, and when. */

type RequestType = CustomResourceRequest['RequestType'];

/** What the function does with one type of request. */
export interface Behaviour {
  /** The physical id that it answers with. */
  readonly id?: string;
  /** How many of the requests fail, the first ones; Infinity is all. */
  readonly fails?: number;
  readonly silent?: boolean;
  /** The event, `LogicalId STATUS`, that comes before the answer. */
  readonly after?: string;
}

export type Behaviours = Partial<Record<RequestType, Behaviour>>;

export const ALWAYS = 1e9;

/** A custom resource that behaves as its own properties say; `properties` make an update of it. */
export function custom(behaviours: Behaviours = {}, properties: object = {}, attributes: object = {}): object {
  const ServiceToken = { 'Fn::Sub': 'arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:function:scripted' };
  return { Type: 'Custom::Scripted', Properties: { ServiceToken, Behaviours: JSON.stringify(behaviours), ...properties }, ...attributes };
}

export class ScriptedFunction {
  /** `RequestType LogicalId PhysicalId STATUS` of each request; for a nested stack its root's status follows. */
  readonly asked: string[] = [];
  private readonly counts = new Map<string, number>();

  constructor(private readonly aws: LocalAws) {
    jest.spyOn(aws.lambda, 'invokeAsync').mockImplementation((_, event) => {
      const request = event as CustomResourceRequest;
      this.asked.push(this.line(request));
      void this.answer(request);
    });
  }

  private line({ RequestType, LogicalResourceId, PhysicalResourceId = '-', StackId }: CustomResourceRequest): string {
    const stack = this.aws.cloudformation.stack(StackId)!;
    const invented = new RegExp(`^${stack.name}-${LogicalResourceId}-\\w{12}$`);
    const root = stack.parent ? ` in ${stack.root.status}` : '';
    return `${RequestType} ${LogicalResourceId} ${PhysicalResourceId.replace(invented, '(invented)')} ${stack.status}${root}`;
  }

  private async answer(request: CustomResourceRequest): Promise<void> {
    const { RequestType, LogicalResourceId, PhysicalResourceId, StackId, RequestId, ResponseURL } = request;
    const { id, fails = 0, silent, after } = (JSON.parse(request.ResourceProperties.Behaviours) as Behaviours)[RequestType] ?? {};
    const key = `${LogicalResourceId} ${RequestType}`;
    const count = (this.counts.get(key) ?? 0) + 1;
    this.counts.set(key, count);
    if (silent) return;
    const { events } = this.aws.cloudformation.stack(StackId)!;
    if (after) await until(() => events.some((event) => `${event.LogicalResourceId} ${event.ResourceStatus}` === after));
    const body = JSON.stringify({
      Status: count <= fails ? 'FAILED' : 'SUCCESS',
      Reason: 'as the script says',
      PhysicalResourceId: id ?? PhysicalResourceId ?? LogicalResourceId.toLowerCase(),
      StackId,
      RequestId,
      LogicalResourceId,
      Data: { Count: String(count) },
    });
    await fetch(ResponseURL, { method: 'PUT', headers: { 'content-type': '' }, body });
  }
}
