import { optional, text } from '../fields';
import { SourceContract } from '../source';

/** Tokens in a SecureString of Parameter Store. */
export const PARAMETER = new SourceContract('parameter', { Parameter: text, JsonField: optional(text) });
