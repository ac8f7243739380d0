import { AwsError, NotImplemented } from '../service';

interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly [field: string]: unknown;
}

export interface Definition {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
  readonly [field: string]: unknown;
}

/** What the interpreter understands as AWS does, and the functions that it can call. */
const FIELDS = ['Comment', 'StartAt', 'States', 'Version'];
const STATE_FIELDS: Record<string, readonly string[]> = {
  Task: ['Resource', 'Parameters', 'ResultSelector', 'ResultPath', 'InputPath', 'OutputPath', 'TimeoutSeconds', 'Retry', 'Catch'],
  Choice: ['Choices', 'Default', 'InputPath', 'OutputPath'],
  Pass: ['Result', 'Parameters', 'ResultPath', 'InputPath', 'OutputPath'],
  Wait: ['Seconds', 'InputPath', 'OutputPath'],
  Succeed: ['InputPath', 'OutputPath'],
  Fail: ['Error', 'Cause'],
};
const ALWAYS = ['Type', 'Comment', 'Next', 'End'];

/**
 * A definition in Amazon States Language; with anything that the interpreter would carry out otherwise than AWS it is not implemented.
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html
 */
export function definitionIn(text: string): Definition {
  let definition: Definition;
  try {
    definition = JSON.parse(text);
  } catch {
    throw invalid('INVALID_JSON_DESCRIPTION: the definition is not JSON');
  }
  if (typeof definition?.StartAt !== 'string' || typeof definition.States !== 'object')
    throw invalid('SCHEMA_VALIDATION_FAILED: StartAt and States are required');
  if (!Object.hasOwn(definition.States, definition.StartAt))
    throw invalid(`MISSING_TRANSITION_TARGET: Missing 'StartAt' target: ${definition.StartAt} at /StartAt`);
  refuseOthers(definition, FIELDS, 'a definition');
  for (const [name, state] of Object.entries(definition.States)) {
    if (!Object.hasOwn(STATE_FIELDS, state.Type)) throw new NotImplemented(`states with the Type ${state.Type}, as of ${name}`);
    refuseOthers(state, [...ALWAYS, ...STATE_FIELDS[state.Type]], `state ${name}`);
    if (state.Type === 'Task' && !/^arn:aws:lambda:[\w-]+:\d{12}:function:[\w-]+$/.test(state.Resource ?? '')) {
      throw new NotImplemented(`Task ${name} with the Resource ${state.Resource}: only functions are called, each by its own ARN`);
    }
    for (const target of targetsOf(state)) {
      if (!Object.hasOwn(definition.States, target)) throw invalid(`MISSING_TRANSITION_TARGET: Missing 'Next' target: ${target} at /States/${name}/Next`);
    }
  }
  return definition;
}

function targetsOf(state: any): string[] {
  return [state.Next, state.Default, ...[state.Choices ?? [], state.Catch ?? []].flat().map(({ Next }) => Next)].filter((target) => target !== undefined);
}

function refuseOthers(given: object, known: readonly string[], what: string): void {
  const other = Object.keys(given).find((field) => !known.includes(field));
  if (other !== undefined) throw new NotImplemented(`states: ${what} with ${other}`);
}

function invalid(problem: string): AwsError {
  return new AwsError('InvalidDefinition', `Invalid State Machine Definition: '${problem}'`);
}
