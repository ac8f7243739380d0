import type { Reasons } from './acknowledge';

/* Why rules of cdk-nag need not hold for what the library makes. What a prop of a provider settles is not among them: that is the user's to decide. */

const both = (rule: string, reason: string): Reasons => ({ [`NIST.800.53.R5-${rule}`]: reason, [`HIPAA.Security-${rule}`]: reason });

const LATEST_RUNTIME = 'The newest Node.js that this aws-cdk-lib knows to be in the region';
const NO_DEAD_LETTERS =
  'CloudFormation waits for the answer and fails the resource without one, so nothing is lost unseen; an event has a signed URL in it that nobody else should keep, ' +
  'and one that came late must not be carried out';

export const OF_FUNCTION: Reasons = {
  'AwsSolutions-L1': LATEST_RUNTIME,
  'Serverless-LambdaLatestVersion': LATEST_RUNTIME,
  'Serverless-LambdaDLQ': NO_DEAD_LETTERS,
  'Serverless-LambdaAsyncFailureDestination': NO_DEAD_LETTERS,
  ...both('LambdaDLQ', NO_DEAD_LETTERS),
};

export const OF_INLINE_POLICY = both(
  'IAMNoInlinePolicy',
  'It belongs to one role alone and must come and go with the construct that needs it; a role can have ten managed policies, and hundreds of constructs',
);

export const OF_STATE_MACHINE: Reasons = {
  'AwsSolutions-SF1': "Its input has CloudFormation's signed URL in it, so it logs errors alone; each step is a run of the function, which logs what it does",
  ...Object.fromEntries(
    ['AwsSolutions-SF2', 'Serverless-StepFunctionStateMachineXray'].map((rule) => [
      rule,
      "It calls one function, and again when that has done what it had time for: an execution's history shows all of it",
    ]),
  ),
};

export const OF_RULE: Reasons = {
  'Serverless-EventBusDLQ': 'EventBridge tries for a day, longer than CloudFormation waits for the answer that the rule brings about',
};
