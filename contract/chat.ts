import { oneOf, Shape, withDefault } from './fields';

export const CHAT_RESOURCE_TYPE = 'Custom::ChatDisconnection';

/** How participants are disconnected. */
export const CHAT_OPERATION = new Shape({
  TokenKind: withDefault(oneOf('CONNECTION', 'PARTICIPANT'), 'CONNECTION'),
  /** Version 0.2.0 and before took every denied token for gone by default. */
  DeniedToken: withDefault(oneOf('TREAT_AS_GONE', 'TREAT_AS_GONE_UNLESS_ALL', 'FAIL'), 'TREAT_AS_GONE'),
});

const MOST_TOKEN_CHARACTERS = 1_000;

/**
 * What is wrong with a token, in words that follow its name and do not repeat it. A request header would drop or break at what is not
 * visible, and then another token is denied than the one that was meant.
 * https://docs.aws.amazon.com/connect/latest/APIReference/API_connect-participant_DisconnectParticipant.html
 * https://www.rfc-editor.org/rfc/rfc9110#name-field-values
 */
export function tokenProblem(token: string): string | undefined {
  if (token.trim() === '') return `is empty: a token has 1 to ${MOST_TOKEN_CHARACTERS} visible characters`;
  if (token.length > MOST_TOKEN_CHARACTERS) return `has ${token.length} characters: a token of Amazon Connect has at most ${MOST_TOKEN_CHARACTERS}`;
  if (/^["[{]/.test(token)) return 'looks like JSON and not like a token: several are written as a JSON array of strings';
  const kind = NOT_IN_TOKENS.find(([pattern]) => pattern.test(token))?.[1];
  return kind && `has ${kind} in it: a token has visible characters of ASCII alone, and several are written as a JSON array of strings`;
}

const NOT_IN_TOKENS: ReadonlyArray<readonly [RegExp, string]> = [
  [/\uFEFF/, 'a byte order mark'],
  [/[\r\n]/, 'a line end'],
  [/\s/, 'a blank'],
  [/[^\x21-\x7e]/, 'a character that is not visible or not ASCII'],
];
