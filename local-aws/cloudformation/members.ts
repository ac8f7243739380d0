import { flag, integer, list, oneOf, only, required, structure, text } from '../shapes';

/* Members that several operations have. */

export const STACK = text({ min: 1, pattern: /([a-zA-Z][-a-zA-Z0-9]*)|(arn:\b(aws|aws-us-gov|aws-cn)\b:[-a-zA-Z0-9:/._+]*)/ });
export const CHANGE_SET = text({ min: 1, max: 1600, pattern: /[a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/]*/ });
export const TOKEN = text({ min: 1, max: 128, pattern: /[a-zA-Z0-9][-a-zA-Z0-9]*/ });
/** Nobody is kept from anything by it. */
export const ROLE_ARN = text({ min: 20, max: 2048 });
export const ON_FAILURE = oneOf('DO_NOTHING', 'ROLLBACK', 'DELETE');
/** The CLI names the mode at each operation. */
export const DEPLOYMENT = { DeploymentConfig: structure({ Mode: only(oneOf('STANDARD', 'EXPRESS'), 'STANDARD'), DisableRollback: only(flag(), false) }) };
export const TEMPLATE = { TemplateBody: text({ min: 1 }), TemplateURL: text({ min: 1, max: 5120 }) };
export const PLAN = {
  Parameters: list(structure({ ParameterKey: text(), ParameterValue: text(), UsePreviousValue: flag() })),
  Capabilities: list(oneOf('CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND')),
  Tags: list(structure({ Key: required(text({ min: 1, max: 128 })), Value: required(text({ min: 1, max: 256 })) }), { max: 50 }),
  RoleARN: ROLE_ARN,
  ...DEPLOYMENT,
  NotificationARNs: only(list(text(), { max: 5 })),
  RollbackConfiguration: structure({
    RollbackTriggers: only(list(structure({}), { max: 5 })),
    MonitoringTimeInMinutes: only(integer({ min: 0, max: 180 }), 0),
  }),
};
export const STACK_STATUSES = [
  'CREATE_IN_PROGRESS',
  'CREATE_FAILED',
  'CREATE_COMPLETE',
  'ROLLBACK_IN_PROGRESS',
  'ROLLBACK_FAILED',
  'ROLLBACK_COMPLETE',
  'DELETE_IN_PROGRESS',
  'DELETE_FAILED',
  'DELETE_COMPLETE',
  'UPDATE_IN_PROGRESS',
  'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
  'UPDATE_COMPLETE',
  'UPDATE_FAILED',
  'UPDATE_ROLLBACK_IN_PROGRESS',
  'UPDATE_ROLLBACK_FAILED',
  'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
  'UPDATE_ROLLBACK_COMPLETE',
  'REVIEW_IN_PROGRESS',
  'IMPORT_IN_PROGRESS',
  'IMPORT_COMPLETE',
  'IMPORT_ROLLBACK_IN_PROGRESS',
  'IMPORT_ROLLBACK_FAILED',
  'IMPORT_ROLLBACK_COMPLETE',
];
