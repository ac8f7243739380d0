import { LONGEST_REPORT_SECONDS } from '../../contract/executions';

const SERVICE_ERRORS = ['Lambda.ClientExecutionTimeoutException', 'Lambda.ServiceException', 'Lambda.AWSLambdaException', 'Lambda.SdkClientException'];
/** Others of the account may use up its concurrency for hours. */
const THROTTLED = 'Lambda.TooManyRequestsException';

/**
 * In Amazon States Language. The function gives the whole next state, which says where to go; it keeps tally and place, so that no state
 * knows of targets. https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html
 */
export function definition(functionArn: string): object {
  const task = (Task: string) => ({ Type: 'Task', Resource: functionArn, Parameters: { Task, 'State.$': '$' }, Next: 'Done?' });
  return {
    Comment: 'Carries on a run that takes longer than one invocation of its function, and answers CloudFormation',
    StartAt: 'Done?',
    States: {
      'Done?': {
        Type: 'Choice',
        Choices: [
          { Variable: '$.Next', StringEquals: 'WORK', Next: 'Work' },
          { Variable: '$.Next', StringEquals: 'REPORT', Next: 'Report' },
        ],
        Default: 'End',
      },
      Work: {
        ...task('WORK'),
        TimeoutSeconds: 960,
        Retry: [
          { ErrorEquals: [THROTTLED], IntervalSeconds: 2, BackoffRate: 2, MaxDelaySeconds: 60, MaxAttempts: 300 },
          { ErrorEquals: SERVICE_ERRORS, IntervalSeconds: 2, BackoffRate: 2, MaxDelaySeconds: 60, MaxAttempts: 10 },
          { ErrorEquals: ['States.ALL'], IntervalSeconds: 5, BackoffRate: 2, MaxAttempts: 3 },
        ],
        Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.Failure', Next: 'Report' }],
      },
      // Nobody else answers: as often as there may be somebody who waits.
      Report: {
        ...task('REPORT'),
        TimeoutSeconds: LONGEST_REPORT_SECONDS,
        Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 5, BackoffRate: 2, MaxDelaySeconds: 300, MaxAttempts: 15 }],
      },
      End: { Type: 'Succeed' },
    },
  };
}
