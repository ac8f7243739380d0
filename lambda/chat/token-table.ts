import { table } from '../sources/table';
import { tokenTarget } from './tokens';
import type { Fields } from '../../contract/fields';
import { TABLE } from '../../contract/sources/table';
import type { Reads } from '../calls/reads';
import type { Target } from '../targets/target';

/** The tokens in one attribute of a DynamoDB table's items. */
export async function* tokenTable(parameters: Fields, reads: Reads): AsyncGenerator<Target> {
  const { Table, Attribute } = TABLE.read(parameters);
  const where = `attribute ${JSON.stringify(Attribute)} of an item of table ${Table}`;
  for await (const { id } of table(parameters, reads)) yield tokenTarget(id, where);
}
