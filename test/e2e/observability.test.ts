import { Moment, MqttClients, MqttDisconnection, OnFailure } from '../../lib';
import { LocalAws } from '../../local-aws/local-aws';
import { TestStack } from '../../local-aws/test/support/test-stack';

/* What a person sees of a run: the provider's log, and the metrics that CloudWatch finds in it. */

let aws: LocalAws;
beforeAll(async () => {
  aws = await LocalAws.start();
});
afterAll(() => aws.stop());

function logged(select: (line: any) => boolean): any[] {
  return aws.logs.history
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line))
    .filter(select);
}

test('a run logs its progress every ten seconds, its end, and its figures as metrics', async () => {
  const ids = ['$refused', ...Array.from({ length: 12 }, (_, n) => `client-${n}`)];
  await new TestStack(aws, 'Seen').deploy(
    (scope) => {
      // Listed ids are checked at synth; a token's value comes later.
      const clients = MqttClients.ids(...ids.slice(1));
      new MqttDisconnection(scope, 'Kiosks', { clients, requestsPerSecond: 1, runOn: [Moment.DEPLOY], onFailure: OnFailure.CONTINUE });
    },
    (template) => {
      const kiosks = Object.values<any>(template.Resources).find(({ Type }) => Type === 'Custom::MqttDisconnection');
      kiosks.Properties.Targets.Ids = ids;
    },
  );
  const [progress, ...more] = logged(({ message }) => message === 'progress');
  expect(progress).toMatchObject({ level: 'INFO', total: 13, perSecond: expect.any(Number), secondsLeft: expect.any(Number), logicalId: 'Kiosks16F0D2B3' });
  expect(progress.done).toBeGreaterThan(0);
  expect(progress.done).toBeLessThan(13);
  expect(more).toEqual([]);

  expect(logged(({ message }) => message === 'run is over')).toMatchObject([{ targets: 13, ended: 0, alreadyGone: 12, failed: 1, left: 0, throttled: 0 }]);

  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
  const [metrics, ...others] = logged((line) => line._aws !== undefined);
  expect(others).toEqual([]);
  expect(metrics).toEqual({
    _aws: {
      Timestamp: expect.any(Number),
      CloudWatchMetrics: [
        {
          Namespace: 'CdkTeardown',
          Dimensions: [['Construct']],
          Metrics: [
            ...['Targets', 'Ended', 'AlreadyGone', 'Failed', 'Throttled'].map((Name) => ({ Name, Unit: 'Count' })),
            { Name: 'Duration', Unit: 'Milliseconds' },
          ],
        },
      ],
    },
    Construct: 'Seen/Kiosks',
    Targets: 13,
    Ended: 0,
    AlreadyGone: 12,
    Failed: 1,
    Throttled: 0,
    Duration: expect.any(Number),
  });
  expect(metrics.Duration).toBeGreaterThan(10_000);
});

test('a run that cannot find its targets counts as failed, so that an alarm sees it although the deploy goes on', async () => {
  await new TestStack(aws, 'Blind').deploy((scope) => {
    new MqttDisconnection(scope, 'Kiosks', { clients: MqttClients.inThingGroup('missing'), runOn: [Moment.DEPLOY], onFailure: OnFailure.CONTINUE });
  });
  expect(logged((line) => line._aws !== undefined && line.Construct === 'Blind/Kiosks')).toMatchObject([{ Targets: 0, Ended: 0, Failed: 1 }]);
});
