/* What a user of the Provider framework would write: ends the target of one resource. */
/* global exports */
'use strict';
const operation = JSON.parse(process.env.OPERATION);
const { [operation.client]: Client, [operation.command]: Command } = require(operation.package);

const client = new Client({});

exports.handler = async ({ ResourceProperties }) => {
  await client.send(new Command({ ...operation.more, [operation.parameter]: ResourceProperties.Target }));
  return { PhysicalResourceId: 'target' };
};
