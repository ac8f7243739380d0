import { notLooked, type Probe } from '../finding';

/** What no account has by itself, or no call tells. */
const byHand = (row: string, asks: string, why: string): Probe => ({ row, asks, look: async () => notLooked(why) });

export const BY_HAND: readonly Probe[] = [
  byHand('search-limit', 'nothing', 'it takes a fleet of more than 10,000 things: compare a run’s count with GetStatistics of the same query'),
  byHand('search-quota', 'nothing', 'look for the rate of SearchContacts in the console of Service Quotas'),
  byHand('deletion-failed', 'nothing', 'it takes a device that is away from its hub’s radio: delete it, and ask for its status for a day'),
  byHand('disabled-domain', 'nothing', 'it takes a domain and a certificate of yours: disable its domain configuration, and connect to it every second'),
];
