/**
 * When a teardown acts on its targets.
 */
export enum Moment {
  /**
   * On `cdk deploy`. On all targets when the construct is new, or what is ended or how changed (the source, the props of the operation,
   * `redeployTrigger`). On the ids that are new when only the list of ids changed. A change of `runOn`, `timeout`, `requestsPerSecond`,
   * `maxTargets`, `onFailure` or `preflight` does not act: where DEPLOY is new in `runOn`, set `redeployTrigger` with it to act at once.
   * Never while an update is rolled back.
   */
  DEPLOY = 'DEPLOY',

  /**
   * When targets are taken out of the template and the stack stays: on the ids that left the list, and on all targets when the
   * construct itself left the template. A construct that is moved or renamed has left it, too: deploy without REMOVAL before. Never while
   * an update is rolled back.
   *
   * What was deployed before decides: who takes out REMOVAL and an id in one deploy ends that id, who adds REMOVAL and takes out an id in
   * one deploy ends nothing. An update from a list to another source ends none of the listed ids.
   *
   * CloudFormation tells of ids that left the list during the update, before it deletes anything: what lets such a client connect again
   * may still stand, and an update that fails later does not bring it back. Where that matters, give each client a construct of its own.
   * It tells of a construct that left in the cleanup after the update, which no failure stops or repeats.
   */
  REMOVAL = 'REMOVAL',

  /**
   * When the stack is deleted, by `cdk destroy` or otherwise. Never while a failed deploy is rolled back.
   */
  TEARDOWN = 'TEARDOWN',
}
