import { runFunction, type Job, type Run } from './support/function-process';
import { LambdaRuntime } from './support/lambda-runtime';
import { loadedCode } from './support/loaded-code';
import { median, type Report } from './support/report';
import {
  AWS,
  OWN,
  AWS_CUSTOM_RESOURCE,
  awsCustomResourceProperties,
  ownHandler,
  PROVIDER_FRAMEWORK,
  SDK_CALLS,
  SERVICE_NAMES,
  type ServiceName,
} from './support/services';
import { StandIn, type CustomResourceEvent } from './support/stand-in';
import { deployUserFunction, ON_EVENT } from './support/user-function';
import { Fleet } from '../local-aws/test/support/mqtt-device';

const PROCESSES = 11;
const GOAL = 0.8;
const CLIENT = 'kiosk';

const FRAMEWORK = 'Provider framework';
type Name = typeof OWN | typeof AWS | typeof FRAMEWORK;

interface Subject {
  readonly service: ServiceName;
  readonly name: Name;
  /** Everything cold again. */
  prepare(): Promise<Job & { readonly events: readonly CustomResourceEvent[] }>;
  readonly runs: Run[];
}

/** What a fresh process of a handler takes to be loaded and to answer its first request, in which it ends one target. */
export async function run(): Promise<Report> {
  const runtime = await LambdaRuntime.install();
  const standIn = await StandIn.start({ quotas: { iot: 'none', connect: 'none', things: 'none' }, node: runtime.node });
  try {
    const fleet = new Fleet(standIn.aws);
    await fleet.connect(CLIENT, { clean: false });
    await fleet.leave();
    const subjects = SERVICE_NAMES.flatMap((service) => subjectsOf(service, runtime, standIn));
    // The first round warms the disk's cache. In turns, so that whatever else the machine does meets them all.
    for (let round = 0; round <= PROCESSES; round += 1) {
      for (const subject of subjects) {
        const job = await subject.prepare();
        const measured = await runFunction(runtime, job);
        const answer = standIn.takeAnswer(job.events[0]);
        if (answer.Status !== 'SUCCESS') throw new Error(`${subject.name} of ${subject.service} answered ${JSON.stringify(answer)}`);
        if (round > 0) subject.runs.push(measured);
      }
    }
    const code = new Map<Subject, number>();
    for (const subject of subjects) code.set(subject, await codeOf(subject, runtime));
    return report(subjects, code, runtime);
  } finally {
    await standIn.stop();
    runtime.remove();
  }
}

function subjectsOf(service: ServiceName, runtime: LambdaRuntime, standIn: StandIn): Subject[] {
  const { aws, answersPort } = standIn;
  const userFunction = deployUserFunction(aws, runtime, service);
  const subject = (name: Name, file: string, eventFor: (target: string) => CustomResourceEvent, more: Omit<Partial<Job>, 'events'> = {}): Subject => ({
    service,
    name,
    runs: [],
    async prepare() {
      if (name === FRAMEWORK) await aws.lambda.crash(userFunction);
      return { file, answersPort, env: aws.env, events: [eventFor(await liveTarget(service, standIn))], ...more };
    },
  });
  return [
    subject(OWN, ownHandler(service), (target) => standIn.ownEvent(service, standIn.sourceOf(service, [target]))),
    subject(AWS, AWS_CUSTOM_RESOURCE, (target) => standIn.event(awsCustomResourceProperties(service, target))),
    subject(FRAMEWORK, PROVIDER_FRAMEWORK, (target) => standIn.event({ Target: target }), {
      exported: 'onEvent',
      env: { ...aws.env, USER_ON_EVENT_FUNCTION_ARN: aws.lambda.arn(userFunction) },
    }),
  ];
}

async function liveTarget(service: ServiceName, standIn: StandIn): Promise<string> {
  switch (service) {
    // Its persistent session stays.
    case 'mqtt':
      return CLIENT;
    case 'chat':
      return (await standIn.connectionTokens(1))[0];
    case 'things':
      return standIn.things(1)[0];
    case 'contacts':
      return standIn.contacts(1)[0];
  }
}

async function codeOf(subject: Subject, runtime: LambdaRuntime): Promise<number> {
  const code = await loadedCode(runtime, await subject.prepare());
  if (subject.name !== FRAMEWORK) return code;
  // Its user's function, which has run in a process of the stand-in's.
  const job = await subject.prepare();
  return (
    code +
    (await loadedCode(runtime, { ...job, file: ON_EVENT, exported: 'handler', env: { ...job.env, OPERATION: JSON.stringify(SDK_CALLS[subject.service]) } }))
  );
}

function report(subjects: readonly Subject[], code: ReadonlyMap<Subject, number>, runtime: LambdaRuntime): Report {
  const missed: string[] = [];
  const middle = (subject: Subject, of: (run: Run) => number) => median(subject.runs.map(of));
  const rows = subjects.map((subject) => {
    const { service, name } = subject;
    const peer = subjects.find((other) => other.service === service && other.name === AWS)!;
    const answered = middle(subject, ({ answeredMs }) => answeredMs);
    const share = answered / middle(peer, ({ answeredMs }) => answeredMs);
    if (name === OWN && share >= GOAL) missed.push(`${service}: ${share.toFixed(2)} of AwsCustomResource's time to the first answer, not below ${GOAL}`);
    return [
      service,
      name,
      middle(subject, ({ loadMs }) => loadMs).toFixed(0),
      answered.toFixed(0),
      share.toFixed(2),
      middle(subject, ({ cpuMs }) => cpuMs).toFixed(0),
      (middle(subject, ({ rss }) => rss) / 2 ** 20).toFixed(0),
      Math.round(code.get(subject)! / 1000),
    ];
  });
  return {
    title: `Cold start: median of ${PROCESSES} fresh processes`,
    columns: ['service', 'handler', 'load ms', 'load + first answer ms', 'of AwsCustomResource', 'CPU ms', 'RSS MB', 'code run KB'],
    rows,
    notes: [
      ...runtime.notes,
      'AwsCustomResource and the Provider framework load the SDK when they are called, so their load alone says little.',
      'cdk-teardown makes more calls before it answers: DescribeStacks, and for chats GetSecretValue; the peers are given the token in their properties.',
      'The Provider framework needs a second function, cold as well; its RSS is that of the framework alone, its code that of both.',
    ],
    missed,
  };
}
