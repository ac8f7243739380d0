import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { ConnectClient } from '@aws-sdk/client-connect';
import { ConnectParticipantClient } from '@aws-sdk/client-connectparticipant';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DescribeEndpointCommand, IoTClient } from '@aws-sdk/client-iot';
import { IoTDataPlaneClient } from '@aws-sdk/client-iot-data-plane';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { IoTManagedIntegrationsClient } from '../lambda/clients/managed-integrations';

/** Against a loop that does not end. */
const MOST_CALLS = 20_000;

export interface ClientConfig {
  /** @default - AWS's own, or what AWS_ENDPOINT_URL says */
  readonly endpoint?: string;
  /** @default - of the environment, as for the AWS CLI */
  readonly region?: string;
  readonly credentials?: { accessKeyId: string; secretAccessKey: string };
}

/** The SDK's clients, which count their calls. */
export class Clients {
  static async open(config: ClientConfig = {}): Promise<Clients> {
    const clients = new Clients(config);
    const isElsewhere = config.endpoint ?? process.env.AWS_ENDPOINT_URL_IOT_DATA_PLANE ?? process.env.AWS_ENDPOINT_URL;
    const { endpointAddress } = await clients.iot.send(new DescribeEndpointCommand({ endpointType: 'iot:Data-ATS' }));
    clients.mqttHost = endpointAddress!;
    if (!isElsewhere) clients.data = clients.counted(new IoTDataPlaneClient({ ...clients.config, endpoint: `https://${endpointAddress}` }));
    return clients;
  }

  calls = 0;
  mqttHost = '';
  readonly sts: STSClient;
  readonly iot: IoTClient;
  data: IoTDataPlaneClient;
  readonly connect: ConnectClient;
  readonly participant: ConnectParticipantClient;
  readonly things: IoTManagedIntegrationsClient;
  readonly cloudformation: CloudFormationClient;
  readonly dynamodb: DynamoDBClient;
  readonly s3: S3Client;
  readonly secrets: SecretsManagerClient;
  readonly ssm: SSMClient;
  private readonly config: ClientConfig & { maxAttempts: number; requestHandler: NodeHttpHandler };

  private constructor(config: ClientConfig) {
    const requestHandler = new NodeHttpHandler({ connectionTimeout: 10_000, requestTimeout: 30_000, throwOnRequestTimeout: true });
    this.config = { ...config, requestHandler, maxAttempts: 8 };
    this.sts = this.counted(new STSClient(this.config));
    this.iot = this.counted(new IoTClient(this.config));
    this.data = this.counted(new IoTDataPlaneClient(this.config));
    this.connect = this.counted(new ConnectClient(this.config));
    // As the handler does: the token alone authorizes.
    this.participant = this.counted(new ConnectParticipantClient({ ...this.config, signer: { sign: async (request) => request } }));
    this.things = this.counted(new IoTManagedIntegrationsClient(this.config));
    this.cloudformation = this.counted(new CloudFormationClient(this.config));
    this.dynamodb = this.counted(new DynamoDBClient(this.config));
    this.s3 = this.counted(new S3Client({ ...this.config, forcePathStyle: true }));
    this.secrets = this.counted(new SecretsManagerClient(this.config));
    this.ssm = this.counted(new SSMClient(this.config));
  }

  get endpoint(): string | undefined {
    return this.config.endpoint;
  }

  close(): void {
    for (const client of Object.values(this)) if (typeof client?.destroy === 'function') client.destroy();
  }

  private counted<T extends { middlewareStack: { add(middleware: any, options: any): void } }>(client: T): T {
    client.middlewareStack.add(
      (next: (args: unknown) => unknown) => (args: unknown) => {
        this.calls += 1;
        if (this.calls > MOST_CALLS) throw new Error(`more than ${MOST_CALLS} calls`);
        return next(args);
      },
      { step: 'initialize', name: 'countCalls' },
    );
    return client;
  }
}
