/* What a script on the SDK would do: all targets at once, with the client's defaults. */
/* global exports */
'use strict';

exports.handler = async ({ operation, targets }) => {
  const { [operation.client]: Client, [operation.command]: Command } = require(operation.package);
  const client = new Client({});
  // Promise.all would stop counting at the first failure.
  const outcomes = await Promise.allSettled(targets.map((target) => client.send(new Command({ ...operation.more, [operation.parameter]: target }))));
  return { failed: outcomes.filter(({ status }) => status === 'rejected').length };
};
