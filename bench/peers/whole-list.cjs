/* What a script on the SDK would do: reads all targets of a manifest or a table into an array; then, if it is told how, ends them all at once. */
/* global exports */
'use strict';
const { handler: endAll } = require('./promise-all.cjs');

const READERS = {
  async manifest({ Bucket, Key }) {
    const { GetObjectCommand, S3Client } = require('@aws-sdk/client-s3');
    const { Body } = await new S3Client({ forcePathStyle: true }).send(new GetObjectCommand({ Bucket, Key }));
    return (await Body.transformToString()).split('\n').filter((line) => line !== '');
  },
  async table({ Table, Attribute }) {
    const { DynamoDBClient, paginateScan } = require('@aws-sdk/client-dynamodb');
    const targets = [];
    for await (const { Items } of paginateScan({ client: new DynamoDBClient({}) }, { TableName: Table })) {
      for (const { [Attribute]: value } of Items) targets.push(value.S);
    }
    return targets;
  },
};

exports.handler = async ({ source, operation }) => {
  const targets = await READERS[source.Source](source);
  return operation ? { count: targets.length, ...(await endAll({ operation, targets })) } : { count: targets.length, failed: 0 };
};
