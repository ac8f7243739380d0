import { Denials } from '../../lambda/calls/denials';
import { Words } from '../../lambda/calls/redaction';
import { Paces } from '../../lambda/calls/pace';
import { Reads } from '../../lambda/calls/reads';

/** What a source or an operation is given, as at a delete: a denial is believed at once. */
export function reads({ areSecret = false, deploys = false } = {}): Reads {
  return new Reads(new Paces(), new Denials(deploys, performance.now()), new Words(areSecret), performance.now() + 60_000);
}
