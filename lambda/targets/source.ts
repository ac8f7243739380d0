import type { Target } from './target';
import type { Fields } from '../../contract/fields';
import type { Reads } from '../calls/reads';

/** Lists targets. */
export type Source = (parameters: Fields, reads: Reads) => AsyncIterable<Target>;

/** How a service's targets are written in one stored value, or in one field of it; `what` is its name, for messages. */
export type TargetsIn = (value: string, what: string, field?: string) => Iterable<Target>;
