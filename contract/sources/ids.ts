import { texts } from '../fields';
import { SourceContract } from '../source';

/** The targets that the template lists. */
export const IDS = new SourceContract('ids', { Ids: texts });
