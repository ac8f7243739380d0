import { table } from './table';
import { tokenTarget } from './tokens';
import { text, type Fields } from '../run/parse';
import type { Reads } from '../run/reads';
import type { Target } from '../run/target';

/** The tokens in one attribute of a DynamoDB table's items. */
export async function* tokenTable(parameters: Fields, reads: Reads): AsyncGenerator<Target> {
  const where = `attribute ${JSON.stringify(text(parameters, 'Attribute'))} of an item of table ${text(parameters, 'Table')}`;
  for await (const { id } of table(parameters, reads)) yield tokenTarget(id, where);
}
