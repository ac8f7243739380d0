/* Runs inside an execution environment: loads the handler and passes it one event at a time. */
'use strict';
const { existsSync, writeSync } = require('node:fs');
const path = require('node:path');

let handler;

function load() {
  const [module_, ...exported] = path.join(process.env.LAMBDA_TASK_ROOT, process.env._HANDLER).split(/\.(?=[^/]*$)/);
  const file = ['.js', '.cjs', '.mjs'].map((extension) => module_ + extension).find((candidate) => existsSync(candidate));
  if (!file) throw Object.assign(new Error(`Cannot find module '${path.basename(module_)}'`), { name: 'Runtime.ImportModuleError' });
  return (file.endsWith('.mjs') ? import(file) : Promise.resolve(require(file))).then((loaded) => {
    const found = loaded[exported.join('.')];
    if (typeof found !== 'function') {
      throw Object.assign(new Error(`${process.env._HANDLER} is undefined or not exported`), { name: 'Runtime.HandlerNotFound' });
    }
    // https://github.com/H4ad/serverless-adapter/issues/378
    if (found.length >= 3 && Number(process.versions.node.split('.')[0]) >= 24) {
      throw Object.assign(new Error('AWS Lambda has removed support for callback-based function handlers starting with Node.js 24.'), {
        name: 'Runtime.CallbackHandlerDeprecated',
      });
    }
    return found;
  });
}

function invoke(event, context) {
  return new Promise((resolve, reject) => {
    const callback = (error, result) => (error ? reject(error) : resolve(result));
    const returned = handler(event, context, callback);
    if (typeof returned?.then === 'function') returned.then(resolve, reject);
    else if (handler.length < 3) resolve(returned);
  });
}

process.on('message', async ({ event, toldSeconds, context, endOfLogs }) => {
  let answer;
  try {
    handler ??= await load();
    // Loading has its own time: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
    process.send('BEGUN');
    const deadline = Date.now() + toldSeconds * 1000;
    const result = await invoke(event, { ...context, getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()) });
    answer = { result: result === undefined ? null : result };
  } catch (error) {
    const failure = error instanceof Error ? error : new Error(String(error));
    console.error(`${new Date().toISOString()}\t${context.awsRequestId}\tERROR\tInvoke Error\t${failure.stack}`);
    answer = { error: { errorType: failure.name, errorMessage: failure.message, trace: (failure.stack ?? '').split('\n') } };
  }
  // Both streams are pipes, which Node writes synchronously: all that the handler logged comes before these lines.
  writeSync(1, `${endOfLogs}\n`);
  writeSync(2, `${endOfLogs}\n`);
  process.send(answer);
});
