import { only, type Properties, type ResourceTypes } from '../cloudformation/resource-type';
import { jsonReply } from '../json-protocol';
import { AwsError, NotImplemented, type Call, type Reply, type Service } from '../service';

export interface LogEvent {
  readonly timestamp: number;
  readonly message: string;
}

interface LogGroup {
  retentionInDays?: number;
  readonly creationTime: number;
  readonly streams: Map<string, LogEvent[]>;
}

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

  constructor(private readonly region: string, private readonly account: string) {}

  handle(call: Call): Reply {
    return jsonReply(call, {
      CreateLogGroup: ({ logGroupName }) => {
        call.authorize('logs:CreateLogGroup', this.streamArn(logGroupName, ''));
        this.createGroup(logGroupName);
      },
      CreateLogStream: ({ logGroupName, logStreamName }) => {
        call.authorize('logs:CreateLogStream', this.streamArn(logGroupName, logStreamName));
        this.createStream(logGroupName, logStreamName);
      },
      PutLogEvents: ({ logGroupName, logStreamName, logEvents }) => {
        call.authorize('logs:PutLogEvents', this.streamArn(logGroupName, logStreamName));
        this.write(logGroupName, logStreamName, ...logEvents);
      },
      DescribeLogGroups: ({ logGroupNamePrefix = '' }) => {
        call.authorize('logs:DescribeLogGroups', this.streamArn('', ''));
        const found = [...this.groups].filter(([name]) => name.startsWith(logGroupNamePrefix));
        return { logGroups: found.map(([logGroupName, { creationTime, retentionInDays }]) => ({ logGroupName, creationTime, retentionInDays, arn: `${this.groupArn(logGroupName)}:*` })) };
      },
      GetLogEvents: ({ logGroupName, logStreamName }) => {
        call.authorize('logs:GetLogEvents', this.streamArn(logGroupName, logStreamName));
        return { events: this.stream(logGroupName, logStreamName), nextForwardToken: 'end', nextBackwardToken: 'start' };
      },
      FilterLogEvents: ({ logGroupName, filterPattern }) => {
        if (filterPattern) throw new NotImplemented('filterPattern of FilterLogEvents');
        call.authorize('logs:FilterLogEvents', this.streamArn(logGroupName, ''));
        return { events: this.events(logGroupName) };
      },
    });
  }

  /** Every event of a group, oldest first. */
  events(groupName: string): (LogEvent & { logStreamName: string })[] {
    const { streams } = this.group(groupName);
    return [...streams].flatMap(([logStreamName, events]) => events.map((event) => ({ logStreamName, ...event })))
      .sort((a, b) => a.timestamp - b.timestamp);
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
    only('AWS::Logs::LogGroup', properties, 'LogGroupName', 'LogGroupClass', 'RetentionInDays', 'Tags');
    this.group(name).retentionInDays = properties.RetentionInDays;
    return { physicalId: name, attributes: { Arn: `${this.groupArn(name)}:*` } };
  }
}
