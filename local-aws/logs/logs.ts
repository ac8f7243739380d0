import { TAGS, type Properties, type ResourceTypes } from '../cloudformation/resource-type';
import { jsonReply } from '../json-protocol';
import { AwsError, NotImplemented, type Api, type Call, type Reply, type Service } from '../service';
import { flag, integer, list, oneOf, only, required, structure, text } from '../shapes';

export interface LogEvent {
  readonly timestamp: number;
  readonly message: string;
}

interface LogGroup {
  retentionInDays?: number;
  readonly creationTime: number;
  readonly streams: Map<string, LogEvent[]>;
}

const GROUP = text({ min: 1, max: 512, pattern: /[.\-_/#A-Za-z0-9]+/ });
const STREAM = text({ min: 1, max: 512, pattern: /[^:*]*/ });

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const RETENTION = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

/** CloudWatch Logs. */
export class Logs implements Service {
  readonly signingNames = ['logs'];
  readonly protocol = 'json';
  readonly denial = { code: 'AccessDeniedException', status: 400 };
  readonly groups = new Map<string, LogGroup>();
  /** Every message ever written, also of groups that are gone. */
  readonly history: string[] = [];
  readonly resourceTypes: ResourceTypes = {
    'AWS::Logs::LogGroup': {
      properties: {
        LogGroupName: GROUP,
        LogGroupClass: oneOf('STANDARD', 'INFREQUENT_ACCESS', 'DELIVERY'),
        RetentionInDays: { ...integer(), enum: RETENTION },
        Tags: TAGS,
      },
      replacedBy: ['LogGroupName'],
      create: (properties, context) => {
        const name = properties.LogGroupName ?? context.generatedName(512);
        this.createGroup(name);
        return this.configured(name, properties);
      },
      update: (name, properties) => this.configured(name, properties),
      delete: (name) => void this.groups.delete(name),
    },
  };

  constructor(
    private readonly region: string,
    private readonly account: string,
  ) {}

  handle(call: Call): Promise<Reply> {
    return jsonReply(this.api, 'Logs_20140328', call);
  }

  readonly api: Api<object | void> = {
    name: 'logs',
    prefix: 'logs',
    invalid: 'InvalidParameterException',
    operations: {
      CreateLogGroup: {
        members: { logGroupName: required(GROUP) },
        on: ({ logGroupName }) => this.streamArn(logGroupName, ''),
        handle: ({ logGroupName }) => this.createGroup(logGroupName),
      },
      CreateLogStream: {
        members: { logGroupName: required(GROUP), logStreamName: required(STREAM) },
        on: ({ logGroupName, logStreamName }) => this.streamArn(logGroupName, logStreamName),
        handle: ({ logGroupName, logStreamName }) => this.createStream(logGroupName, logStreamName),
      },
      PutLogEvents: {
        members: {
          logGroupName: required(GROUP),
          logStreamName: required(STREAM),
          logEvents: required(list(structure({ timestamp: required(integer({ min: 0 })), message: required(text({ min: 1 })) }), { min: 1, max: 10000 })),
        },
        on: ({ logGroupName, logStreamName }) => this.streamArn(logGroupName, logStreamName),
        handle: ({ logGroupName, logStreamName, logEvents }) => this.write(logGroupName, logStreamName, ...logEvents),
      },
      DescribeLogGroups: {
        members: { logGroupNamePrefix: GROUP },
        on: () => this.streamArn('', ''),
        handle: ({ logGroupNamePrefix = '' }) => {
          const found = [...this.groups].filter(([name]) => name.startsWith(logGroupNamePrefix));
          return {
            logGroups: found.map(([logGroupName, { creationTime, retentionInDays }]) => ({
              logGroupName,
              creationTime,
              retentionInDays,
              arn: `${this.groupArn(logGroupName)}:*`,
            })),
          };
        },
      },
      GetLogEvents: {
        // From either end, as there is one page.
        members: { logGroupName: required(GROUP), logStreamName: required(STREAM), startFromHead: flag() },
        on: ({ logGroupName, logStreamName }) => this.streamArn(logGroupName, logStreamName),
        handle: ({ logGroupName, logStreamName }) => ({
          events: this.stream(logGroupName, logStreamName),
          nextForwardToken: 'end',
          nextBackwardToken: 'start',
        }),
      },
      FilterLogEvents: {
        members: {
          logGroupName: required(GROUP),
          logStreamNames: list(STREAM, { min: 1, max: 100 }),
          startTime: integer({ min: 0 }),
          endTime: integer({ min: 0 }),
          filterPattern: only(text({ min: 0, max: 1024 }), ''),
          limit: integer({ min: 1, max: 10000 }),
        },
        on: ({ logGroupName }) => this.streamArn(logGroupName, ''),
        handle: ({ logGroupName, logStreamNames, startTime = 0, endTime = Infinity, limit = 10000 }) => {
          const events = this.events(logGroupName).filter(
            ({ timestamp, logStreamName }) => timestamp >= startTime && timestamp <= endTime && (logStreamNames?.includes(logStreamName) ?? true),
          );
          if (events.length > limit) throw new NotImplemented('logs FilterLogEvents with more events than its limit');
          return { events };
        },
      },
    },
  };

  /** Every event of a group, oldest first. */
  events(groupName: string): (LogEvent & { logStreamName: string })[] {
    const { streams } = this.group(groupName);
    return [...streams].flatMap(([logStreamName, events]) => events.map((event) => ({ logStreamName, ...event }))).sort((a, b) => a.timestamp - b.timestamp);
  }

  createGroup(name: string): void {
    if (this.groups.has(name)) throw new AwsError('ResourceAlreadyExistsException', `The specified log group already exists: ${name}`);
    this.groups.set(name, { creationTime: Date.now(), streams: new Map() });
  }

  createStream(groupName: string, name: string): void {
    const { streams } = this.group(groupName);
    if (streams.has(name)) throw new AwsError('ResourceAlreadyExistsException', 'The specified log stream already exists');
    streams.set(name, []);
  }

  write(groupName: string, streamName: string, ...events: LogEvent[]): void {
    this.stream(groupName, streamName).push(...events);
    this.history.push(...events.map(({ message }) => message));
  }

  stream(groupName: string, name: string): LogEvent[] {
    const events = this.group(groupName).streams.get(name);
    if (!events) throw new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.');
    return events;
  }

  /** What calls about a stream, or about a group (whose stream name is empty), are authorised on. */
  streamArn(groupName: string, streamName: string): string {
    return `${this.groupArn(groupName)}:log-stream:${streamName}`;
  }

  private group(name: string): LogGroup {
    const group = this.groups.get(name);
    if (!group) throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
    return group;
  }

  private groupArn(name: string): string {
    return `arn:aws:logs:${this.region}:${this.account}:log-group:${name}`;
  }

  private configured(name: string, properties: Properties) {
    this.group(name).retentionInDays = properties.RetentionInDays;
    return { physicalId: name, attributes: { Arn: `${this.groupArn(name)}:*` } };
  }
}
