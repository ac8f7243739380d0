import { existsSync, readdirSync } from 'node:fs';

/** The folders of lambda/ that are handlers: they have an entry. */
export const SERVICES: readonly string[] = readdirSync('lambda').filter((folder) => existsSync(`lambda/${folder}/index.ts`));
