import { texts, type Fields } from '../run/parse';

/** The ids that the template lists. */
export async function* ids(parameters: Fields): AsyncGenerator<string> {
  yield* texts(parameters, 'Ids');
}
