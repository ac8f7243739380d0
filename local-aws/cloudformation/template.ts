import { parse, type CollectionTag, type ScalarTag } from 'yaml';
import { AwsError, NotImplemented } from '../service';

export type DeletionPolicy = 'Delete' | 'Retain' | 'RetainExceptOnCreate';

export interface ResourceDefinition {
  readonly Type: string;
  readonly Properties?: Record<string, unknown>;
  readonly DependsOn?: string | string[];
  readonly Condition?: string;
  readonly DeletionPolicy?: DeletionPolicy;
  readonly UpdateReplacePolicy?: DeletionPolicy;
  readonly Metadata?: unknown;
}

export interface ParameterDefinition {
  readonly Type: string;
  readonly Default?: unknown;
  readonly AllowedValues?: unknown[];
  readonly AllowedPattern?: string;
  readonly NoEcho?: boolean | string;
  readonly Description?: string;
}

export interface OutputDefinition {
  readonly Value: unknown;
  readonly Description?: string;
  readonly Condition?: string;
  readonly Export?: { Name: unknown };
}

export interface Template {
  readonly Description?: string;
  readonly Parameters?: Record<string, ParameterDefinition>;
  readonly Mappings?: Record<string, Record<string, Record<string, unknown>>>;
  readonly Conditions?: Record<string, unknown>;
  readonly Resources: Record<string, ResourceDefinition>;
  readonly Outputs?: Record<string, OutputDefinition>;
  readonly Rules?: Record<string, unknown>;
}

const SECTIONS = ['AWSTemplateFormatVersion', 'Description', 'Metadata', 'Parameters', 'Mappings', 'Conditions', 'Resources', 'Outputs', 'Rules'];
const ATTRIBUTES = ['Type', 'Properties', 'DependsOn', 'Condition', 'DeletionPolicy', 'UpdateReplacePolicy', 'Metadata'];

// Only asks whether the CDK bootstrap stack is new enough, which nothing here depends on.
const HARMLESS_RULES = ['CheckBootstrapVersion'];

export function parseTemplate(body: string): Template {
  let template: Template;
  try {
    template = parse(body, { customTags: shortForms, schema: 'yaml-1.1' }) as Template;
  } catch (error) {
    throw new AwsError('ValidationError', `Template format error: ${(error as Error).message}`);
  }
  if (typeof template !== 'object' || template === null || !template.Resources || Object.keys(template.Resources).length === 0) {
    throw new AwsError('ValidationError', 'Template format error: At least one Resources member must be defined.');
  }
  refuseUnknown('template section', template, SECTIONS);
  refuseUnknown('rule', template.Rules ?? {}, HARMLESS_RULES);
  for (const definition of Object.values(template.Resources)) refuseUnknown('resource attribute', definition, ATTRIBUTES);
  refuseNull(template.Resources, '/Resources');
  return template;
}

function refuseUnknown(what: string, node: object, known: string[]): void {
  const unknown = Object.keys(node).find((key) => !known.includes(key));
  if (unknown) throw new NotImplemented(`${what} ${unknown}`);
}

function refuseNull(node: unknown, path: string): void {
  if (node === null) throw new AwsError('ValidationError', `[${path}] 'null' values are not allowed in templates`);
  if (typeof node === 'object') for (const [key, value] of Object.entries(node as object)) refuseNull(value, `${path}/${key}`);
}

/* The short forms of YAML templates, such as `!Sub text`. */

const FUNCTIONS = [
  'Base64',
  'FindInMap',
  'GetAtt',
  'GetAZs',
  'If',
  'Join',
  'Select',
  'Split',
  'Sub',
  'And',
  'Equals',
  'Not',
  'Or',
  'ImportValue',
  'Ref',
  'Condition',
];

function longForm(name: string, argument: unknown): Record<string, unknown> {
  if (name === 'Ref' || name === 'Condition') return { [name]: argument };
  if (name === 'GetAtt' && typeof argument === 'string') {
    const dot = argument.indexOf('.');
    return { 'Fn::GetAtt': [argument.slice(0, dot), argument.slice(dot + 1)] };
  }
  return { [`Fn::${name}`]: argument };
}

const shortForms = FUNCTIONS.flatMap((name): (ScalarTag | CollectionTag)[] => [
  { tag: `!${name}`, resolve: (text: string) => longForm(name, text) },
  { tag: `!${name}`, collection: 'seq', resolve: (node) => longForm(name, (node as any).toJSON()) },
  { tag: `!${name}`, collection: 'map', resolve: (node) => longForm(name, (node as any).toJSON()) },
]);
