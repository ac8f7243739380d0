/* Runs executions, in a process of its own on a newer Node than what stands in for AWS may have; asks its parent to carry out tasks. */
import { createRequire } from 'node:module';

const { StateMachine } = createRequire(process.argv[2])('aws-local-stepfunctions');
const running = new Map();
const tasks = new Map();
let taskCount = 0;
/** The interpreter's default is a minute; AWS's is longer than any timer: https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html */
const LONGEST_TIMER_SECONDS = 2_000_000;

function carryOut(execution, resource, input) {
  taskCount += 1;
  const task = taskCount;
  return new Promise((resolve, reject) => {
    tasks.set(task, { resolve, reject });
    process.send({ type: 'task', execution, task, resource, input });
  });
}

async function run(execution, definition, input, retryInterval) {
  const states = Object.entries(definition.States).map(([name, state]) => [
    name,
    state.Type === 'Task' ? { TimeoutSeconds: LONGEST_TIMER_SECONDS, ...state } : state,
  ]);
  const tasks = states.filter(([, { Type }]) => Type === 'Task');
  const machine = new StateMachine({ ...definition, States: Object.fromEntries(states) }, { validationOptions: { checkArn: false } });
  const { abort, result } = machine.run(input, {
    overrides: {
      taskResourceLocalHandlers: Object.fromEntries(tasks.map(([name, { Resource }]) => [name, (given) => carryOut(execution, Resource, given)])),
      retryIntervalOverrides: retryInterval === undefined ? {} : Object.fromEntries(tasks.map(([name]) => [name, retryInterval])),
    },
  });
  running.set(execution, abort);
  return result;
}

async function start(execution, definition, input, retryInterval) {
  try {
    process.send({ type: 'end', execution, output: await run(execution, definition, input, retryInterval) });
  } catch (error) {
    // The interpreter wraps what a state failed with.
    const { name, message } = error.cause ?? error;
    process.send({ type: 'end', execution, error: { name, message } });
  } finally {
    running.delete(execution);
  }
}

process.on('message', (message) => {
  switch (message.type) {
    case 'start':
      void start(message.execution, message.definition, message.input, message.retryInterval);
      break;
    case 'answer': {
      const { resolve, reject } = tasks.get(message.task);
      tasks.delete(message.task);
      if (message.error) reject(Object.assign(new Error(message.error.message), { name: message.error.name }));
      else resolve(message.result);
      break;
    }
    case 'abort':
      running.get(message.execution)?.();
      break;
  }
});
