import { BoundTemplate, type Live } from '../cloudformation/bound-template';
import { bindParameters } from '../cloudformation/parameters';
import { parseTemplate } from '../cloudformation/template';

const INTRINSICS = 'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html';
const PARAMETERS = 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html';

const surroundings = {
  region: 'ca-central-1',
  pseudo: { 'AWS::Region': 'ca-central-1', 'AWS::AccountId': '123456789012' },
  importValue: (name: string) => `imported ${name}`,
};
const live: Live = { ref: (id) => `${id}-id`, getAtt: (id, attribute) => `${id}.${attribute}` };

const template = {
  Mappings: { Map: { Key: { Name: 'mapped' } } },
  Conditions: { Yes: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] }, No: { 'Fn::Not': [{ Condition: 'Yes' }] } },
  Parameters: { Stage: { Type: 'String' } },
  Resources: { A: { Type: 'X' }, B: { Type: 'X', Condition: 'No' } },
};
const bound = (resources: object = {}) =>
  new BoundTemplate(JSON.stringify({ ...template, Resources: { ...template.Resources, ...resources } }), { Stage: 'prod' }, surroundings);

describe(`intrinsic functions (${INTRINSICS})`, () => {
  test.each<[object, unknown]>([
    [{ Ref: 'A' }, 'A-id'],
    [{ Ref: 'Stage' }, 'prod'],
    [{ Ref: 'AWS::Region' }, 'ca-central-1'],
    [{ 'Fn::GetAtt': ['A', 'Arn'] }, 'A.Arn'],
    [{ 'Fn::GetAtt': 'A.Endpoint.Port' }, 'A.Endpoint.Port'],
    [{ 'Fn::Sub': '${A} ${A.Arn} ${AWS::AccountId} ${!Literal}' }, 'A-id A.Arn 123456789012 ${Literal}'],
    [{ 'Fn::Sub': ['${X}-${Stage}', { X: { Ref: 'A' } }] }, 'A-id-prod'],
    [{ 'Fn::Join': ['-', ['a', { Ref: 'Stage' }, 1]] }, 'a-prod-1'],
    [{ 'Fn::Select': ['1', { 'Fn::Split': [',', 'a,b,c'] }] }, 'b'],
    [{ 'Fn::If': ['Yes', 'then', 'else'] }, 'then'],
    [{ 'Fn::And': [{ Condition: 'Yes' }, { Condition: 'No' }] }, false],
    [{ 'Fn::Or': [{ Condition: 'Yes' }, { Condition: 'No' }] }, true],
    [{ 'Fn::FindInMap': ['Map', 'Key', 'Name'] }, 'mapped'],
    [{ 'Fn::ImportValue': 'x' }, 'imported x'],
    [{ 'Fn::Base64': 'text' }, 'dGV4dA=='],
    [{ 'Fn::GetAZs': '' }, ['ca-central-1a', 'ca-central-1b', 'ca-central-1d']],
    [
      { Keep: 1, Drop: { Ref: 'AWS::NoValue' }, List: [{ 'Fn::If': ['No', 1, { Ref: 'AWS::NoValue' }] }] },
      { Keep: 1, List: [] },
    ],
  ])('%j', (value, expected) => {
    expect(bound().resolve(value, live)).toEqual(expected);
  });

  test('the short forms of YAML mean the same', () => {
    const { Resources } = parseTemplate(
      'Resources:\n  A:\n    Type: X\n    Properties: {R: !Ref B, G: !GetAtt B.C.D, S: !Sub "${B}", J: !Join ["-", [a, !Ref B]]}\n',
    );
    expect(Resources.A.Properties).toEqual({
      R: { Ref: 'B' },
      G: { 'Fn::GetAtt': ['B', 'C.D'] },
      S: { 'Fn::Sub': '${B}' },
      J: { 'Fn::Join': ['-', ['a', { Ref: 'B' }]] },
    });
  });

  test('unknown ones, transforms and dynamic references fail with their name', () => {
    expect(() => bound().resolve({ 'Fn::Length': [] }, live)).toThrow('Fn::Length');
    expect(() => bound().resolve('{{resolve:secretsmanager:x}}', live)).toThrow('{{resolve:secretsmanager:x}}');
    expect(() => parseTemplate(JSON.stringify({ ...template, Transform: 'AWS::Serverless' }))).toThrow('Transform');
  });
});

describe('resources', () => {
  test('whose condition does not hold are left out', () => {
    expect([...bound().resources.keys()]).toEqual(['A']);
  });

  test('depend on what the taken branch of Fn::If refers to', () => {
    const { dependencies } = bound({ C: { Type: 'X', Properties: { P: { 'Fn::If': ['Yes', { 'Fn::Sub': '${A.Arn}' }, { Ref: 'B' }] } } } });
    expect([...dependencies.get('C')!]).toEqual(['A']);
  });

  test('that refer to nothing are refused', () => {
    expect(() => bound({ C: { Type: 'X', Properties: { P: { Ref: 'Lost' } } } })).toThrow(
      'Template format error: Unresolved resource dependencies [Lost] in the Resources block of the template',
    );
  });

  test('that depend on each other are refused', () => {
    expect(() => bound({ C: { Type: 'X', DependsOn: 'D' }, D: { Type: 'X', DependsOn: 'C' } })).toThrow('Circular dependency between resources: [C, D]');
  });
});

describe(`parameters (${PARAMETERS})`, () => {
  const values = (definition: object, given?: object, previous: object[] = []) =>
    bindParameters(
      parseTemplate(JSON.stringify({ Parameters: { P: definition }, Resources: { A: { Type: 'X' } } })),
      given ? [{ ParameterKey: 'P', ...given }] : [],
      previous as any,
      (name) => (name === '/known' ? 'from SSM' : undefined),
    ).values.P;

  test('have their defaults, previous values, lists and SSM values', () => {
    expect(values({ Type: 'String', Default: 'd' })).toBe('d');
    expect(values({ Type: 'String' }, { UsePreviousValue: 'true' }, [{ ParameterKey: 'P', ParameterValue: 'before' }])).toBe('before');
    expect(values({ Type: 'CommaDelimitedList', Default: 'a, b' })).toEqual(['a', 'b']);
    expect(values({ Type: 'AWS::SSM::Parameter::Value<String>', Default: '/known' })).toBe('from SSM');
  });

  test('are refused if missing, undeclared, not allowed, or not in SSM', () => {
    expect(() => values({ Type: 'String' })).toThrow('Parameters: [P] must have values');
    expect(() => values({ Type: 'String', AllowedValues: ['a'] }, { ParameterValue: 'b' })).toThrow('AllowedValues');
    expect(() => values({ Type: 'AWS::SSM::Parameter::Value<String>', Default: '/lost' })).toThrow('Unable to fetch parameters [/lost]');
    expect(() => bindParameters(parseTemplate('{"Resources":{"A":{"Type":"X"}}}'), [{ ParameterKey: 'Q' }], [], () => undefined)).toThrow('[Q] do not exist');
  });
});
