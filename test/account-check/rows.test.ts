import { exampleNames } from '../../account-check/examples';
import { PROBES } from '../../account-check/probes';
import { rows } from '../../account-check/rows';
import { BY_HAND, SCENES } from '../../account-check/scenes';

test('each row of what nobody has seen is looked at, or it is said why not', () => {
  expect(PROBES.map(({ row }) => row).sort()).toEqual(
    rows()
      .map(({ id }) => id)
      .sort(),
  );
});

test('a row without an id is refused', () => {
  expect(() => rows('| taken to be so | where |\n|---|---|\n| Nobody has seen it. | here | |')).toThrow('a row of docs/unconfirmed.md has no id');
});

test('each example has a scene, or it is said why not and how to look', () => {
  expect([...Object.keys(SCENES), ...Object.keys(BY_HAND)].sort()).toEqual(exampleNames().sort());
});
