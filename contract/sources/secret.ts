import { optional, text } from '../fields';
import { SourceContract } from '../source';

/** Tokens in a Secrets Manager secret. */
export const SECRET = new SourceContract('secret', { SecretArn: text, JsonField: optional(text) });
