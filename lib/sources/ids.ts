import { Token, Tokenization } from 'aws-cdk-lib';
import { IDS } from '../../contract/sources/ids';
import type { TargetSource } from '../private/target-source';
import { shown } from '../private/value-problems';

/** What a template property should carry at most; a whole template may have 1 MB. */
const MAX_BYTES = 100_000;

/**
 * Targets that the template lists.
 *
 * @param problemOf says what is wrong with an id, in words that follow the id
 */
export function listedIds(what: string, ids: readonly string[], problemOf: (id: string) => string | undefined, alternative: string): TargetSource {
  if (ids.length === 0) {
    throw new Error(`no ${what} ids given: pass at least one, or leave the construct out`);
  }
  for (const id of ids) {
    if (typeof id !== 'string') {
      throw new Error(`${what} id ${shown(id)} is not a string: pass one after the other, and spread a list (...list)`);
    }
    if (ids.length > 1 && Tokenization.reverseList([id])) {
      throw new Error(
        `a list of ${what} ids that is known when the stack is deployed cannot stand beside other ids: ` +
          'give it a construct of its own, or take single ids out of it with Fn.select',
      );
    }
  }
  // A list that is itself a token holds names that nobody knows yet.
  const unknown = Token.isUnresolved([...ids]);
  for (const id of unknown ? [] : ids) {
    const problem = Token.isUnresolved(id) ? undefined : problemOf(id);
    if (problem) throw new Error(`${what} id ${JSON.stringify(id)} ${problem}`);
  }
  const bytes = ids.reduce((sum, id) => sum + Buffer.byteLength(id) + 3, 0);
  if (bytes > MAX_BYTES) {
    throw new Error(`${ids.length} ${what} ids take ${bytes} bytes of template, at most ${MAX_BYTES} are allowed: ${alternative}`);
  }
  const unique = [...new Set(ids)];
  return { properties: IDS.write({ Ids: unique }), ids: unknown ? undefined : unique };
}
