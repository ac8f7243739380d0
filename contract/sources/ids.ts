import { texts } from '../fields';
import { SourceContract } from '../source';

/** The targets that the template lists. */
export const IDS = new SourceContract('ids', { Ids: texts });

/**
 * In the metadata of a custom resource whose run may outlast an invocation: its ids once more, to be read again, because they are not to
 * pass through a state machine.
 */
export const IDS_METADATA = 'cdk-teardown:ids';
