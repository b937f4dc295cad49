import { InvariantError } from '../failure.ts';

declare const marketIdBrand: unique symbol;

/** One market at one venue, written `purple-flea/BTC-PERP` in tables, flags, events and metrics. */
export type MarketId = string & { readonly [marketIdBrand]: true };

/** @throws InvariantError when either part is empty or the venue's name holds a slash. */
export function marketId(venue: string, symbol: string): MarketId {
  const id = parseMarketId(`${venue}/${symbol}`);
  if (id === undefined || venue.includes('/'))
    throw new InvariantError(`a market is named venue/SYMBOL, was ${venue}/${symbol}`);
  return id;
}

/** Undefined when the text is not `venue/SYMBOL`. The symbol may hold slashes of its own. */
export function parseMarketId(text: string): MarketId | undefined {
  return isMarketId(text) ? text : undefined;
}

function isMarketId(text: string): text is MarketId {
  const slash = text.indexOf('/');
  return slash > 0 && slash < text.length - 1;
}

export const venueOf = (id: MarketId): string => id.slice(0, id.indexOf('/'));

/** What the venue itself calls the market. */
export const symbolOf = (id: MarketId): string => id.slice(id.indexOf('/') + 1);
