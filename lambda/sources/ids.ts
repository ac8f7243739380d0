import { texts, type Fields } from '../run/parse';
import type { Target } from '../run/target';

/** The ids that the template lists. */
export async function* ids(parameters: Fields): AsyncGenerator<Target> {
  for (const id of texts(parameters, 'Ids')) yield { id };
}
