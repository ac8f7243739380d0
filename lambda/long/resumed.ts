import { Denials } from '../calls/denials';
import { Words } from '../calls/redaction';
import { Paces } from '../calls/pace';
import { Reads } from '../calls/reads';
import { limitsOf } from '../calls/deadline';
import { Log } from '../run/log';
import type { Context, LongRequest } from '../run/long-runs';
import { parseRequest } from '../run/request';
import type { Service } from '../run/service';
import type { State } from './state';

/** The request of an invocation that has ended, as it is for this one. */
export function resumed(service: Service, { Event: event, StateMachineArn: stateMachineArn, Since: since, Run, Joins }: State, context: Context): LongRequest {
  const request = parseRequest(event, since.begun - since.asked);
  const { type, properties } = request;
  const log = new Log();
  log.about(request);
  const limits = limitsOf(properties, since, context.getRemainingTimeInMillis());
  const begun = performance.now() - (Date.now() - since.begun);
  const words = new Words(service.hasSecrets ?? false);
  const reads = new Reads(new Paces(Joins === undefined ? Run?.Rates : undefined), new Denials(type !== 'Delete', begun), words, limits.deadline);
  for (const [what, version] of Object.entries(Run?.Versions ?? {})) reads.versions.set(what, version);
  return { event, request, stateMachineArn, since, limits, reads, log };
}
