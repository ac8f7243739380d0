import type { Pace, Paces, Rate } from '../calls/pace';
import type { Settings } from './plan';
import type { Service } from './service';

/** Of the call that ends a target: one for both plans of an update, if they ask for the same. */
export function paceOf(paces: Paces, service: Service, settings: Settings): Pace {
  const rate = rateOf(service, settings);
  return paces.of(`the call that ends a target, ${rate.perSecond} a second`, rate);
}

/** What the user asks for instead has its share of the burst as well. */
function rateOf({ rate }: Service, { RequestsPerSecond: perSecond = rate.perSecond }: Settings): Rate {
  return { perSecond, burst: Math.max(1, (rate.burst * perSecond) / rate.perSecond) };
}
