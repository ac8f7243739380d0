import { tokenProblem } from '../../contract/chat';
import { Plan } from '../../lambda/run/plan';
import type { Service } from '../../lambda/run/service';
import { tokensIn } from '../../lambda/chat/tokens';
import { NO_RUN } from '../support/drain-run';
import { reads } from '../support/reads';

/* What is a token, and what a stored value has of them. */

describe('a token', () => {
  const visible = Array.from({ length: 0x7e - 0x21 + 1 }, (_, n) => String.fromCharCode(0x21 + n)).join('');

  test('may have 1 to 1,000 visible characters of ASCII', () => {
    for (const token of ['x', visible, 'QVFJREFIZ/+=', 'x'.repeat(1_000)]) expect([token, tokenProblem(token)]).toEqual([token, undefined]);
  });

  test.each<[string, string]>([
    ['', 'is empty: a token has 1 to 1000 visible characters'],
    [' \n', 'is empty'],
    ['x'.repeat(1_001), 'has 1001 characters: a token of Amazon Connect has at most 1000'],
    ['\uFEFFabc', 'has a byte order mark in it'],
    ['abc\n', 'has a line end in it: a token has visible characters of ASCII alone, and several are written as a JSON array of strings'],
    ['abc\r\ndef', 'has a line end in it'],
    ['abc ', 'has a blank in it: a token has visible characters of ASCII alone, and several are written as a JSON array of strings'],
    ['abc\u00a0def', 'has a blank in it'],
    ['abc\u0000', 'has a character that is not visible or not ASCII in it'],
    ['abcö', 'has a character that is not visible or not ASCII in it'],
    ['["abc"]', 'looks like JSON and not like a token: several are written as a JSON array of strings'],
    ['{"a":1', 'looks like JSON'],
    ['"abc', 'looks like JSON'],
  ])('%j is none', (token, problem) => {
    expect(tokenProblem(token)).toContain(problem);
    expect(tokenProblem(token)).not.toMatch(/abc|def|xxx/);
  });
});

describe('a stored value', () => {
  test.each<[string, string, string | undefined, string[]]>([
    ['one token', 'abc', undefined, ['abc']],
    ['one token, as a file with a line end', 'abc\r\n', undefined, ['abc']],
    ['a JSON string', '"abc"', undefined, ['abc']],
    ['a JSON array', ' ["abc", "def"]\n', undefined, ['abc', 'def']],
    ['an empty array, which says that there is nothing to end', '[]', undefined, []],
    ['a token in a field', '{"chats":"abc"}', 'chats', ['abc']],
    ['an array in a field', '{"chats":["abc"],"other":null}', 'chats', ['abc']],
  ])('has %s', (_, value, field, ids) => {
    expect(tokensIn(value, 'secret S', field).map(({ id, problem }) => [id, problem])).toEqual(ids.map((id) => [id, undefined]));
  });

  test.each<[string, string | undefined, string]>([
    ['', undefined, 'secret S is empty'],
    [' \r\n\t', undefined, 'secret S is empty'],
    ['', 'chats', 'secret S is empty'],
    ['["abc', undefined, 'secret S holds JSON that is malformed: has it been cut?'],
    ['["abc",]', undefined, 'secret S holds JSON that is malformed'],
    ['"abc', undefined, 'secret S holds JSON that is malformed'],
    ['{"chats":["abc"]', 'chats', 'secret S holds JSON that is malformed'],
    ['null', undefined, 'secret S holds null and neither a token nor a JSON array of tokens'],
    ['true', undefined, 'secret S holds a boolean and neither'],
    ['123456', undefined, 'secret S holds a number and neither'],
    ['{}', undefined, 'secret S holds a JSON object (has it a field with tokens? name it as jsonField) and neither'],
    ['{"chats":null}', 'chats', 'field "chats" of secret S holds null and neither'],
    ['{"chats":{"abc":1}}', 'chats', 'field "chats" of secret S holds a JSON object'],
    ['abc', 'chats', 'secret S holds no JSON object, so it has no field "chats"'],
    ['["abc"]', 'chats', 'secret S holds no JSON object, so it has no field "chats"'],
    ['{"abc":1}', 'chats', 'secret S has no field "chats"'],
    ['{"abc":1}', 'toString', 'secret S has no field "toString"'],
    ['abc\ndef', undefined, 'secret S has a line end in it: a token has visible characters of ASCII alone, and several are written as a JSON array of strings'],
    ['abc def', undefined, 'secret S has a blank in it'],
    ['\uFEFFabc', undefined, 'secret S has a byte order mark in it'],
    ['\uFEFF["abc"]', undefined, 'secret S has a byte order mark in it'],
    ['a'.repeat(1_001), undefined, 'secret S has 1001 characters'],
    ['["abc",1]', undefined, 'element 2 of 2 in secret S is a number: each must be a token, as a JSON string'],
    ['{"chats":["abc",["abc"]]}', 'chats', 'element 2 of 2 in field "chats" of secret S is a JSON array'],
  ])('of %j (field %s) is refused, and not repeated', (value, field, problem) => {
    const refused = (): void => void tokensIn(value, 'secret S', field);
    expect(refused).toThrow(problem);
    expect(refused).not.toThrow(/abc|def|123|aaa/);
  });

  test.each<[string, string | undefined, number, string]>([
    [
      '["abc","a\\nb",""]',
      undefined,
      1,
      'element 2 of 3 in secret S has a line end in it: a token has visible characters of ASCII alone, and several are written as a JSON array of strings',
    ],
    ['["abc",""]', undefined, 1, 'element 2 of 2 in secret S is empty: a token has 1 to 1000 visible characters'],
    [
      '"a b"',
      undefined,
      0,
      'the token in secret S has a blank in it: a token has visible characters of ASCII alone, and several are written as a JSON array of strings',
    ],
    [
      '{"chats":"[\\"abc\\"]"}',
      'chats',
      0,
      'the token in field "chats" of secret S looks like JSON and not like a token: several are written as a JSON array of strings',
    ],
  ])('of %j (field %s) has a token that fails by itself', (value, field, n, message) => {
    expect(tokensIn(value, 'secret S', field)[n].problem).toEqual({ name: 'InvalidTarget', message });
  });
});

test('a deploy that would only look is told which token is wrong, and where', async () => {
  const service = {
    ...NO_RUN,
    targetName: 'chat participants',
    endedName: 'disconnected',
    sources: {
      async *secret() {
        yield* tokensIn('["abc","a b","d e"]', 'secret S');
      },
    },
  } as unknown as Service;
  const plan = new Plan(service, { Targets: { Source: 'secret' } }, reads());
  await plan.countTargets(performance.now() + 10_000, () => undefined);
  expect(() => plan.refuseProblems()).toThrow(
    '2 of 3 chat participants cannot be disconnected, for example element 2 of 3 in secret S has a blank in it: a token has visible characters of ASCII alone, and several are written as a JSON array of strings; ' +
      'correct them where they are kept, or turn preflight off',
  );
});
