import type { Target } from './target';
import type { Fields } from '../../contract/fields';
import type { Reads } from '../calls/reads';

/** Lists targets. */
export type Source = (parameters: Fields, reads: Reads) => AsyncIterable<Target>;
