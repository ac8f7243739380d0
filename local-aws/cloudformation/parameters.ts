import { AwsError, NotImplemented } from '../service';
import type { ParameterDefinition, Template } from './template';

export interface GivenParameter {
  readonly ParameterKey: string;
  readonly ParameterValue?: string;
  readonly UsePreviousValue?: boolean | string;
  readonly ResolvedValue?: string;
}

/** Reads a plain SSM parameter; undefined if there is none. */
export type ReadSsm = (name: string) => string | undefined;

export interface Parameters {
  /** As given, to be described and used again. */
  readonly given: GivenParameter[];
  /** What `Ref` returns. */
  readonly values: Record<string, unknown>;
}

export function bindParameters(template: Template, given: GivenParameter[], previous: GivenParameter[], readSsm: ReadSsm): Parameters {
  const definitions = Object.entries(template.Parameters ?? {});
  const undeclared = given.filter(({ ParameterKey }) => !template.Parameters?.[ParameterKey]);
  if (undeclared.length > 0) throw invalid(`Parameters: [${undeclared.map((each) => each.ParameterKey).join(', ')}] do not exist in the template`);
  const texts = new Map(definitions.map(([name, definition]) => [name, textOf(name, definition, given, previous)]));
  const missing = [...texts].filter(([, text]) => text === undefined).map(([name]) => name);
  if (missing.length > 0) throw invalid(`Parameters: [${missing.join(', ')}] must have values`);
  const values: Record<string, unknown> = {};
  const kept: GivenParameter[] = [];
  for (const [name, definition] of definitions) {
    const text = texts.get(name)!;
    check(name, definition, text);
    values[name] = valueOf(definition.Type, text, readSsm);
    const resolved = definition.Type.startsWith('AWS::SSM::') ? { ResolvedValue: String(values[name]) } : {};
    kept.push({ ParameterKey: name, ParameterValue: text, ...resolved });
  }
  return { given: kept, values };
}

/** Values of NoEcho parameters are masked. */
export function describeParameters(template: Template, given: GivenParameter[]): GivenParameter[] {
  return given.map((each) => (String(template.Parameters?.[each.ParameterKey]?.NoEcho) === 'true' ? { ...each, ParameterValue: '****' } : each));
}

function textOf(name: string, definition: ParameterDefinition, given: GivenParameter[], previous: GivenParameter[]): string | undefined {
  const here = given.find(({ ParameterKey }) => ParameterKey === name);
  if (here && String(here.UsePreviousValue) === 'true') {
    const before = previous.find(({ ParameterKey }) => ParameterKey === name);
    if (!before)
      throw invalid(`Invalid input for parameter key ${name}. Cannot specify usePreviousValue as true for a parameter key not in the previous template`);
    return before.ParameterValue;
  }
  return here?.ParameterValue ?? (definition.Default === undefined ? undefined : String(definition.Default));
}

function check(name: string, { AllowedValues, AllowedPattern }: ParameterDefinition, text: string): void {
  if (AllowedValues && !AllowedValues.map(String).includes(text)) throw invalid(`Parameter '${name}' must be one of AllowedValues`);
  if (AllowedPattern && !new RegExp(`^(?:${AllowedPattern})$`).test(text)) throw invalid(`Parameter '${name}' must match pattern ${AllowedPattern}`);
}

function valueOf(type: string, text: string, readSsm: ReadSsm): unknown {
  if (type === 'String' || type === 'Number') return text;
  if (type === 'CommaDelimitedList' || type.startsWith('List<')) return text.split(',').map((item) => item.trim());
  if (type === 'AWS::SSM::Parameter::Value<String>') {
    const value = readSsm(text);
    if (value === undefined) throw invalid(`Unable to fetch parameters [${text}] from parameter store for this account.`);
    return value;
  }
  throw new NotImplemented(`parameter type ${type}`);
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationError', message);
}
