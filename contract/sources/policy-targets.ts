import { text } from '../fields';
import { SourceContract } from '../source';

/** What an IoT policy is attached to. */
export const POLICY_TARGETS = new SourceContract('policyTargets', { PolicyName: text });
