import { Tokenization } from 'aws-cdk-lib';

/** Of what a token stands for: a region, an account, a generated name. */
const TOKEN_CHARACTERS = 20;

/** What texts with tokens in them take of a policy, about, each with its quotes and comma. */
export function policyCharacters(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + 3 + lengthOf(text), 0);
}

function lengthOf(text: string): number {
  const { tokens } = Tokenization.reverseString(text);
  const literal = tokens.reduce((rest: string, token) => rest.replace(token.toString(), ''), text);
  return tokens.length * TOKEN_CHARACTERS + literal.length;
}
