import { createReadStream, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
  type StackEvent,
} from '@aws-sdk/client-cloudformation';
import { App, CliCredentialsStackSynthesizer, Stack } from 'aws-cdk-lib';
import { ZipFile } from 'yazl';
import type { LocalAws } from '../../local-aws';

export const ASSETS = 'assets';
/** So that a test that hangs says where. */
const LONGEST_OPERATION_MS = 240_000;
const CAPABILITIES = ['CAPABILITY_IAM' as const, 'CAPABILITY_NAMED_IAM' as const];

/** A stack that is synthesized here and deployed by CloudFormation's own calls: what the CLI does, without its time. */
export class TestStack {
  private readonly client: CloudFormationClient;

  constructor(
    private readonly aws: LocalAws,
    readonly name = 'TestStack',
    private readonly longestOperationMs = LONGEST_OPERATION_MS,
  ) {
    this.client = clientOf(aws);
  }

  /** Creates or updates it; what was rolled back when it was created goes first, as with the CLI. Throws with the reasons if that does not end well. */
  async deploy(declare: (stack: Stack) => void, change: (template: any) => void = () => undefined): Promise<void> {
    const template = await this.synth(declare);
    change(template);
    const input = { StackName: this.name, TemplateBody: JSON.stringify(template), Capabilities: CAPABILITIES };
    if ((await this.status()) === 'ROLLBACK_COMPLETE') await this.destroy();
    const exists = (await this.status()) !== undefined;
    const { StackId } = exists ? await this.client.send(new UpdateStackCommand(input)) : await this.client.send(new CreateStackCommand(input));
    await this.settled(StackId!, exists ? 'UPDATE_COMPLETE' : 'CREATE_COMPLETE');
  }

  async destroy(): Promise<void> {
    const { StackId } = await this.describe();
    await this.client.send(new DeleteStackCommand({ StackName: this.name }));
    await this.settled(StackId!, 'DELETE_COMPLETE');
  }

  async status(name = this.name): Promise<string | undefined> {
    return this.describe(name).then(
      ({ StackStatus }) => StackStatus,
      () => undefined,
    );
  }

  async outputs(): Promise<Record<string, string>> {
    const { Outputs = [] } = await this.describe();
    return Object.fromEntries(Outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
  }

  /** Newest first. */
  async events(name = this.name): Promise<StackEvent[]> {
    return (await this.client.send(new DescribeStackEventsCommand({ StackName: name }))).StackEvents ?? [];
  }

  private async describe(name = this.name) {
    return (await this.client.send(new DescribeStacksCommand({ StackName: name }))).Stacks![0];
  }

  /** Looks at the stack itself: to ask for it by a call each time takes more than the rest of a test. */
  private async settled(id: string, wanted: string): Promise<void> {
    const deadline = Date.now() + this.longestOperationMs;
    const stack = this.aws.cloudformation.stack(id)!;
    while (stack.inProgress && Date.now() < deadline) await sleep(5);
    if (stack.inProgress) throw new Error(`the stack is still ${stack.status}`);
    if (stack.status === wanted) return;
    const reasons = (await this.events(id)).filter(({ ResourceStatus }) => ResourceStatus?.endsWith('FAILED')).map((event) => event.ResourceStatusReason);
    throw new Error(`the stack is ${stack.status}, not ${wanted}: ${reasons.join(' | ')}`);
  }

  protected async synth(declare: (stack: Stack) => void): Promise<any> {
    const outdir = mkdtempSync(join(tmpdir(), 'test-stack-'));
    try {
      const app = new App({ outdir, analyticsReporting: false });
      const stack = new Stack(app, this.name, {
        synthesizer: new CliCredentialsStackSynthesizer({ fileAssetsBucketName: ASSETS }),
      });
      declare(stack);
      app.synth();
      await this.upload(outdir);
      return JSON.parse(readFileSync(join(outdir, stack.templateFile), 'utf8'));
    } finally {
      rmSync(outdir, { recursive: true });
    }
  }

  protected async upload(outdir: string): Promise<void> {
    if (!this.aws.s3.buckets.has(ASSETS)) this.aws.s3.buckets.set(ASSETS, { objects: new Map(), sseAlgorithm: 'AES256' });
    const { files } = JSON.parse(readFileSync(join(outdir, `${this.name}.assets.json`), 'utf8'));
    for (const { source, destinations } of Object.values<any>(files)) {
      const [{ objectKey }] = Object.values<any>(destinations);
      if (this.aws.s3.bucket(ASSETS).objects.has(objectKey)) continue;
      const path = resolve(outdir, source.path);
      this.aws.s3.put(ASSETS, objectKey, source.packaging === 'zip' ? await zipped(path) : readFileSync(path));
    }
  }
}

export async function zipped(folder: string): Promise<Buffer> {
  const zip = new ZipFile();
  for (const file of readdirSync(folder)) zip.addReadStream(createReadStream(join(folder, file)), file);
  zip.end();
  return buffer(zip.outputStream);
}

export function clientOf(aws: LocalAws): CloudFormationClient {
  return new CloudFormationClient({ endpoint: aws.url, region: aws.region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } });
}
