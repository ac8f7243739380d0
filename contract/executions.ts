/** Of the names of executions that carry on a run, or wait for one; the rule that answers for those that were stopped starts others. */
export const RUN_PREFIX = 'run-';
export const JOIN_PREFIX = 'join-';
export const EXECUTION_PREFIXES = [RUN_PREFIX, JOIN_PREFIX];

/** What a report to CloudFormation may take. */
export const LONGEST_REPORT_SECONDS = 120;
