import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { readTapeFile } from '#shared/adapters/tape-file/read-tape-file.ts';
import type { createExchange } from '#shared/simulator/exchange/exchange.ts';
import type { syntheticFeed } from '#shared/simulator/synthetic/synthetic-feed.ts';
import type { tapeFeed } from '#shared/simulator/tape/tape.ts';

/** What the exchange bench measures. */
export interface ExchangeModules {
  readonly createExchange: typeof createExchange;
  readonly syntheticFeed: typeof syntheticFeed;
  readonly tapeFeed: typeof tapeFeed;
  readonly readTapeFile: typeof readTapeFile;
}

/** Where a checkout has each of them: the newest place first, then older ones. */
const PLACES: Readonly<Record<keyof ExchangeModules, readonly string[]>> = {
  createExchange: ['shared/simulator/exchange/exchange.ts', 'shared/simulator/exchange.ts'],
  syntheticFeed: ['shared/simulator/synthetic/synthetic-feed.ts'],
  tapeFeed: ['shared/simulator/tape/tape.ts', 'shared/simulator/tape.ts'],
  readTapeFile: ['shared/adapters/tape-file/read-tape-file.ts'],
};

/**
 * The simulator of a checkout, which may be older than this bench.
 * @throws Error naming the places that were tried
 */
export async function exchangeModulesOf(checkout: string): Promise<ExchangeModules> {
  const load = async (name: keyof ExchangeModules): Promise<unknown> => {
    const path = PLACES[name].map((place) => join(checkout, place)).find(existsSync);
    if (path === undefined)
      throw new Error(`${checkout} has no ${name}; looked in ${PLACES[name].join(', ')}`);
    const module = (await import(pathToFileURL(path).href)) as Readonly<Record<string, unknown>>;
    return module[name];
  };
  return {
    createExchange: await load('createExchange'),
    syntheticFeed: await load('syntheticFeed'),
    tapeFeed: await load('tapeFeed'),
    readTapeFile: await load('readTapeFile'),
  } as ExchangeModules;
}
