/** Of the custom resource: what the handler answers and templates refer to. */
export const ATTRIBUTES = {
  targets: 'TargetCount',
  ended: 'EndedCount',
  alreadyGone: 'AlreadyGoneCount',
  reconnected: 'ReconnectedCount',
  failed: 'FailedCount',
} as const;
