import { randomBytes, randomUUID } from 'node:crypto';
import { AwsError, type Call, type Reply } from '../service';
import { InvalidAnswer, readAnswer, type Answer } from './custom-resource-answer';
import type { CustomResourceRequest } from './custom-resource-request';
import { generatedName } from './generated-name';
import { ResourceFailed, type Created, type Properties, type ResourceContext, type ResourceType } from './resource-type';

/** One request to a custom resource, and the first answer to it. */
export interface Exchange {
  readonly request: CustomResourceRequest;
  /** As it came in. */
  answer?: string;
  /** Why the answer was refused, if it was. */
  refusal?: string;
}

export interface CustomResourceOptions {
  /** Invokes a function asynchronously; throws if there is none. */
  invoke(functionArn: string, event: object): void;
  /** Base URL of the server. */
  endpoint(): string;
}

const PATH = '/cloudformation-custom-resource-response/';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html */
const DEFAULT_SERVICE_TIMEOUT = 3600;

export function isCustom(type: string): boolean {
  return type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource';
}

/** Speaks with the functions behind custom resources. */
export class CustomResources implements ResourceType {
  readonly exchanges: Exchange[] = [];
  private readonly waiting = new Map<string, (body: string) => void>();
  private readonly used = new Set<string>();
  private readonly stopped = new AbortController();

  constructor(private readonly options: CustomResourceOptions) {}

  async create(properties: Properties, context: ResourceContext): Promise<Created> {
    const answer = await this.exchange({ RequestType: 'Create' }, properties, context, generatedName(context.stackName, context.logicalId));
    return created(answer);
  }

  async update(physicalId: string, properties: Properties, old: Properties, context: ResourceContext): Promise<Created> {
    if (properties.ServiceToken !== old.ServiceToken) throw new ResourceFailed('Modifying service token is not allowed.');
    return created(await this.exchange({ RequestType: 'Update', PhysicalResourceId: physicalId, OldResourceProperties: old }, properties, context));
  }

  async delete(physicalId: string, properties: Properties, context: ResourceContext): Promise<void> {
    await this.exchange({ RequestType: 'Delete', PhysicalResourceId: physicalId }, properties, context);
  }

  /** Answers come as unsigned PUTs to what in AWS is a presigned S3 URL. */
  owns(call: Call): boolean {
    return call.path.startsWith(PATH);
  }

  receive(call: Call): Reply {
    const token = call.path.slice(PATH.length);
    if (call.method !== 'PUT' || !this.used.has(token)) throw new AwsError('AccessDenied', 'Access Denied', 403);
    // The URL is signed for an empty content type.
    if (call.headers['content-type']) {
      throw new AwsError(
        'SignatureDoesNotMatch',
        'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
        403,
      );
    }
    this.waiting.get(token)?.(call.body.toString('utf8'));
    return {};
  }

  stop(): void {
    this.stopped.abort();
  }

  /** Sends one request and waits for its answer; throws if it is FAILED, invalid or missing. */
  private async exchange(
    part: Pick<CustomResourceRequest, 'RequestType' | 'PhysicalResourceId' | 'OldResourceProperties'>,
    properties: Properties,
    context: ResourceContext,
    inventedId?: string,
  ): Promise<Answer> {
    if (typeof properties.ServiceToken !== 'string') throw new ResourceFailed('Property ServiceToken is required.');
    const token = `${randomUUID()}${randomBytes(8).toString('hex')}`;
    const request: CustomResourceRequest = {
      RequestType: part.RequestType,
      ServiceToken: properties.ServiceToken,
      ResponseURL: `${this.options.endpoint()}${PATH}${token}?${presigned()}`,
      StackId: context.stackId,
      RequestId: randomUUID(),
      LogicalResourceId: context.logicalId,
      ...(part.PhysicalResourceId !== undefined && { PhysicalResourceId: part.PhysicalResourceId }),
      ResourceType: context.type!,
      ResourceProperties: properties,
      ...(part.OldResourceProperties && { OldResourceProperties: part.OldResourceProperties }),
    };
    const exchange: Exchange = { request };
    this.exchanges.push(exchange);
    this.used.add(token);
    const failedId = part.PhysicalResourceId ?? inventedId;
    try {
      const seconds = Number(properties.ServiceTimeout ?? DEFAULT_SERVICE_TIMEOUT);
      exchange.answer = await this.answerTo(token, request, seconds, context.cancelled);
      return readAnswer(exchange.answer, request);
    } catch (error) {
      if (error instanceof InvalidAnswer) exchange.refusal = (error as Error).message;
      const physicalId = error instanceof ResourceFailed ? error.physicalId : undefined;
      throw new ResourceFailed((error as Error).message, physicalId ?? failedId);
    } finally {
      this.waiting.delete(token);
    }
  }

  private answerTo(token: string, request: CustomResourceRequest, seconds: number, cancelled?: AbortSignal): Promise<string> {
    return new Promise((resolve, reject) => {
      const fail = (message: string) => () => {
        settle();
        reject(new ResourceFailed(message));
      };
      const onCancel = fail(`Resource ${request.RequestType === 'Create' ? 'creation' : 'update'} cancelled`);
      const onStop = fail('local-aws was stopped');
      const timer = setTimeout(
        fail(`CloudFormation did not receive a response from your custom resource. Please check your logs for requestId [${request.RequestId}].`),
        seconds * 1000,
      );
      const settle = () => {
        clearTimeout(timer);
        cancelled?.removeEventListener('abort', onCancel);
        this.stopped.signal.removeEventListener('abort', onStop);
        this.waiting.delete(token);
      };
      this.waiting.set(token, (body) => {
        settle();
        resolve(body);
      });
      cancelled?.addEventListener('abort', onCancel);
      this.stopped.signal.addEventListener('abort', onStop);
      if (this.stopped.signal.aborted) return onStop();
      if (cancelled?.aborted) return onCancel();
      try {
        this.options.invoke(request.ServiceToken, request);
      } catch (error) {
        settle();
        reject(error);
      }
    });
  }
}

/** As S3 presigns: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html */
function presigned(): URLSearchParams {
  return new URLSearchParams({
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Date': new Date().toISOString().replace(/[-:]|\.\d+/g, ''),
    'X-Amz-Expires': '7200',
    'X-Amz-Signature': randomBytes(32).toString('hex'),
  });
}

function created({ PhysicalResourceId, Data, NoEcho }: Answer): Created {
  return { physicalId: PhysicalResourceId, attributes: Data, noEcho: NoEcho === true || NoEcho === 'true' };
}
