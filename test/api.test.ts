import { loadAssemblyFromPath, Stability, TypeKind, type ClassType, type Documentable, type Method, type Property, type Type } from '@jsii/spec';

/* What users of all languages are shown. */

const types = Object.values(loadAssemblyFromPath('.').types ?? {});
const classes = types.filter((type): type is ClassType => type.kind === TypeKind.Class);
const membersOf = (type: Type): Array<Method | Property> => (type.kind === TypeKind.Enum ? [] : [...(type.methods ?? []), ...(type.properties ?? [])]);
const isConstruct = ({ initializer }: ClassType) => initializer?.parameters?.[0].name === 'scope';

/** Of what a person makes or names, in words. */
function* documented(): Generator<[string, Documentable]> {
  for (const type of types) {
    yield [type.name, type];
    if (type.kind === TypeKind.Enum) for (const member of type.members) yield [`${type.name}.${member.name}`, member];
    for (const member of membersOf(type)) yield [`${type.name}.${member.name}`, member];
    const callables: Array<[string, Pick<Method, 'parameters'> | undefined]> = [
      ...(type.kind === TypeKind.Enum ? [] : (type.methods ?? [])).map((method): [string, Method] => [method.name, method]),
      ['new', type.kind === TypeKind.Class ? type.initializer : undefined],
    ];
    for (const [name, callable] of callables) {
      for (const parameter of callable?.parameters ?? []) yield [`${type.name}.${name}(${parameter.name})`, parameter];
    }
  }
}

test('everything has a meaning, each parameter too', () => {
  expect([...documented()].filter(([, { docs }]) => !docs?.summary).map(([name]) => name)).toEqual([]);
});

test('the first sentence, which is all that some languages show, is one', () => {
  expect([...documented()].filter(([, { docs }]) => !/[.)a-z\d`}]$/.test(docs?.summary ?? '')).map(([name, { docs }]) => `${name}: ${docs?.summary}`)).toEqual(
    [],
  );
});

test('what is optional says what is so without it', () => {
  const optional = types.flatMap((type) => (type.kind === TypeKind.Interface ? (type.properties ?? []).map((prop) => ({ ...prop, of: type.name })) : []));
  expect(optional.filter((prop) => prop.optional && !prop.docs?.default).map(({ of, name }) => `${of}.${name}`)).toEqual([]);
});

test('what cannot be made with new has no constructor', () => {
  const made = classes.filter(({ initializer, abstract }) => initializer && !initializer.protected && !abstract);
  expect(made.filter((type) => !isConstruct(type)).map(({ name }) => name)).toEqual([]);
});

test('no parameter is a union, whose type only TypeScript and Python know', () => {
  const unions = classes.flatMap(({ name, methods = [] }) =>
    methods.filter(({ parameters = [] }) => parameters.some(({ type }) => 'union' in type)).map((method) => `${name}.${method.name}`),
  );
  expect(unions).toEqual([]);
});

test('each construct, and each class of targets, has an example', () => {
  const shown = classes.filter(({ abstract, name }) => !abstract && !name.endsWith('Provider'));
  expect(shown.filter(({ docs }) => !docs?.example).map(({ name }) => name)).toEqual([]);
});

test('all of it is stable', () => {
  expect([...documented()].filter(([, { docs }]) => docs?.stability !== undefined && docs.stability !== Stability.Stable).map(([name]) => name)).toEqual([]);
});
