import type { Fields } from '../../contract/fields';
import { IDS } from '../../contract/sources/ids';
import type { Target } from '../targets/target';

/** The ids that the template lists. */
export async function* ids(parameters: Fields): AsyncGenerator<Target> {
  for (const id of IDS.read(parameters).Ids) yield { id };
}
