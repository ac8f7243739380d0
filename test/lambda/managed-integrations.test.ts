import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  ConflictException,
  DeleteManagedThingCommand,
  GetManagedThingCommand,
  IoTManagedIntegrationsClient,
  IoTManagedIntegrationsServiceException,
  ListManagedThingsCommand,
  ResourceNotFoundException,
} from '../../lambda/clients/managed-integrations';

/* The wire as botocore's model has it: https://docs.aws.amazon.com/iot-mi/latest/APIReference/API_DeleteManagedThing.html */

let server: Server;
let endpoint: string;
let requests: string[];
let body: string | undefined;
let replies: Array<[status: number, errorType?: string, message?: string]>;

beforeEach(async () => {
  requests = [];
  replies = [];
  body = undefined;
  server = createServer((request, response) => {
    const scope = /Credential=AKID\/\d{8}\/([^,]+), /.exec(request.headers.authorization ?? '')?.[1];
    requests.push(`${request.method} ${request.url} ${scope}`);
    const [status, errorType, Message] = replies.shift() ?? [204];
    response.writeHead(status, errorType ? { 'x-amzn-errortype': errorType, 'content-type': 'application/json' } : {});
    response.end(body ?? (Message && JSON.stringify({ Message })));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const credentials = { accessKeyId: 'AKID', secretAccessKey: 'secret' };

function client(more: object = {}) {
  return new IoTManagedIntegrationsClient({ region: 'eu-west-1', credentials, endpoint, ...more });
}

test('DeleteManagedThing is signed and sent as the model says', async () => {
  await client().send(new DeleteManagedThingCommand({ Identifier: 'a:b_c-1', Force: true }));
  await client().send(new DeleteManagedThingCommand({ Identifier: 'lamp' }));
  expect(requests).toEqual([
    'DELETE /managed-things/a%3Ab_c-1?Force=true eu-west-1/iotmanagedintegrations/aws4_request',
    'DELETE /managed-things/lamp eu-west-1/iotmanagedintegrations/aws4_request',
  ]);
});

test('ListManagedThings is signed and sent as the model says, and what comes back is read', async () => {
  replies = [[200], [200]];
  body = JSON.stringify({ Items: [{ Id: 'lamp', Owner: 'us', CreatedAt: 1.5 }, { Id: 'lock' }], NextToken: 'more' });
  const filters = {
    OwnerFilter: 'us@home',
    CredentialLockerFilter: 'locker',
    RoleFilter: 'DEVICE',
    ParentControllerIdentifierFilter: 'hub',
    ConnectorDestinationIdFilter: 'cloud',
    ConnectorDeviceIdFilter: 'id',
    SerialNumberFilter: 'SN 1',
    ProvisioningStatusFilter: 'ACTIVATED',
  };
  expect(await client().send(new ListManagedThingsCommand({ ...filters, MaxResults: 50, NextToken: 'a=b' }))).toMatchObject({
    Items: [{ Id: 'lamp' }, { Id: 'lock' }],
    NextToken: 'more',
  });
  body = '{}';
  expect((await client().send(new ListManagedThingsCommand({}))).Items).toBeUndefined();
  expect(requests).toEqual([
    'GET /managed-things?ConnectorDestinationIdFilter=cloud&ConnectorDeviceIdFilter=id&CredentialLockerFilter=locker&MaxResults=50&NextToken=a%3Db' +
      '&OwnerFilter=us%40home&ParentControllerIdentifierFilter=hub&ProvisioningStatusFilter=ACTIVATED&RoleFilter=DEVICE&SerialNumberFilter=SN%201 ' +
      'eu-west-1/iotmanagedintegrations/aws4_request',
    'GET /managed-things eu-west-1/iotmanagedintegrations/aws4_request',
  ]);
});

test('GetManagedThing is signed and sent as the model says, and what comes back is read', async () => {
  replies = [[200]];
  body = JSON.stringify({
    Id: 'lamp',
    ProvisioningStatus: 'DELETE_IN_PROGRESS',
    Role: 'DEVICE',
    ConnectorDestinationId: 'cloud',
    ConnectorPolicyId: 'policy',
    Owner: 'us',
  });
  expect(await client().send(new GetManagedThingCommand({ Identifier: 'a:b' }))).toMatchObject({
    ProvisioningStatus: 'DELETE_IN_PROGRESS',
    Role: 'DEVICE',
    ConnectorDestinationId: 'cloud',
    ConnectorPolicyId: 'policy',
  });
  expect(requests).toEqual(['GET /managed-things/a%3Ab eu-west-1/iotmanagedintegrations/aws4_request']);
});

test('an option that is undefined is one that is not given', async () => {
  process.env.AWS_REGION = 'ca-central-1';
  try {
    await client({ region: undefined, maxAttempts: undefined, requestHandler: undefined }).send(new DeleteManagedThingCommand({ Identifier: 'lamp' }));
  } finally {
    delete process.env.AWS_REGION;
  }
  expect(requests).toEqual(['DELETE /managed-things/lamp ca-central-1/iotmanagedintegrations/aws4_request']);
});

test("errors are the model's, by class and by name, with the message that the service writes with a capital M", async () => {
  replies = [
    [404, 'ResourceNotFoundException', 'Managed Thing resource not found.'],
    [409, 'ConflictException:http://internal/', 'has children'],
  ];
  const notFound = await client()
    .send(new DeleteManagedThingCommand({ Identifier: 'lamp' }))
    .catch((error) => error);
  expect(notFound).toBeInstanceOf(ResourceNotFoundException);
  expect(notFound).toBeInstanceOf(IoTManagedIntegrationsServiceException);
  expect(notFound).toMatchObject({ name: 'ResourceNotFoundException', message: 'Managed Thing resource not found.', $metadata: { httpStatusCode: 404 } });
  const conflict = await client()
    .send(new DeleteManagedThingCommand({ Identifier: 'hub' }))
    .catch((error) => error);
  expect(conflict).toBeInstanceOf(ConflictException);
  expect(conflict).toMatchObject({ name: 'ConflictException', message: 'has children' });
});

test.each([
  [429, 'ThrottlingException'],
  [500, 'InternalServerException'],
  [503, 'ServiceUnavailableException'],
])('%i is tried again', async (status, name) => {
  replies = [[status, name, 'later']];
  await client().send(new DeleteManagedThingCommand({ Identifier: 'lamp' }));
  expect(requests).toHaveLength(2);
  replies = [[status, name, 'later']];
  await expect(client({ maxAttempts: 1 }).send(new DeleteManagedThingCommand({ Identifier: 'lamp' }))).rejects.toMatchObject({ name });
});

describe('the endpoint', () => {
  /** The host that a request would go to. */
  async function host(config: object): Promise<string> {
    const asked = new IoTManagedIntegrationsClient({ credentials, ...config });
    let found = '';
    asked.middlewareStack.add(
      () =>
        async ({ request }: any) => {
          found = request.hostname;
          return { response: {}, output: { $metadata: {} } };
        },
      { step: 'finalizeRequest', priority: 'low' },
    );
    await asked.send(new DeleteManagedThingCommand({ Identifier: 'lamp' }));
    return found;
  }

  // https://docs.aws.amazon.com/general/latest/gr/iot_device_management.html, and botocore's endpoint rule set and partitions
  test.each([
    [{ region: 'eu-west-1' }, 'api.iotmanagedintegrations.eu-west-1.api.aws'],
    [{ region: 'ca-central-1', useFipsEndpoint: true }, 'api.iotmanagedintegrations-fips.ca-central-1.api.aws'],
    [{ region: 'us-gov-west-1' }, 'api.iotmanagedintegrations.us-gov-west-1.api.aws'],
    [{ region: 'cn-north-1' }, 'api.iotmanagedintegrations.cn-north-1.api.amazonwebservices.com.cn'],
    [{ region: 'eusc-de-east-1', useFipsEndpoint: true }, 'api.iotmanagedintegrations-fips.eusc-de-east-1.api.amazonwebservices.eu'],
    [{ region: 'us-iso-east-1' }, 'api.iotmanagedintegrations.us-iso-east-1.api.aws.ic.gov'],
    [{ region: 'us-isob-east-1' }, 'api.iotmanagedintegrations.us-isob-east-1.api.aws.scloud'],
    [{ region: 'eu-isoe-west-1' }, 'api.iotmanagedintegrations.eu-isoe-west-1.api.cloud-aws.adc-e.uk'],
    [{ region: 'us-isof-south-1' }, 'api.iotmanagedintegrations.us-isof-south-1.api.aws.hci.ic.gov'],
  ])('of %j', async (config, expected) => {
    expect(await host(config)).toBe(expected);
  });

  test.each(['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_IOT_MANAGED_INTEGRATIONS'])('can be set by %s', async (name) => {
    const env = { ...process.env };
    try {
      process.env[name] = endpoint;
      await client({ endpoint: undefined }).send(new DeleteManagedThingCommand({ Identifier: 'lamp' }));
      expect(requests).toHaveLength(1);
    } finally {
      process.env = env;
    }
  });
});
