import type { Aedes as AedesBroker, AedesOptions, Client as AedesClient } from 'aedes' with { 'resolution-mode': 'import' };

// Aedes is an ES module only. Node's own `require` loads it; jest's does not, and has no `import()` without a flag of Node's.
const { createRequire } = process.getBuiltinModule('node:module');

export const { Aedes } = createRequire(__filename)('aedes') as {
  Aedes: { createBroker(options: AedesOptions): Promise<Broker> };
};

/** What Aedes keeps of sessions, left out of its types. */
interface Persistence {
  cleanSubscriptions(client: { id: string }): Promise<void>;
  outgoingStream(client: { id: string }): AsyncIterable<object>;
  outgoingClearMessageId(client: { id: string }, packet: object): Promise<unknown>;
}

export type Broker = AedesBroker & { readonly persistence: Persistence };

/** `_disconnected`: the client sent DISCONNECT. Aedes has no public sign of it. */
export type Client = AedesClient & { readonly _disconnected?: boolean };
