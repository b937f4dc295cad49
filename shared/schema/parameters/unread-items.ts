import { didYouMean } from '../near-name.ts';

/** The item of the Parameters table, or of a parameter file, that is for every market. */
export const FOR_ALL_MARKETS = 'DEFAULT';

const MOST_NAMED = 10;

/**
 * Items that no market reads: what stands in `btc-perp` or `default` changes nothing, and whoever
 * wrote it believes that it does. One line each, for at most ten of them.
 */
export function unreadItems(
  items: readonly string[],
  markets: readonly string[],
): readonly string[] {
  const known = new Set([FOR_ALL_MARKETS, ...markets]);
  const unread = items.filter((item) => !known.has(item));
  const named = unread.slice(0, MOST_NAMED).map((item) => unreadLine(item, markets));
  const more = unread.length - named.length;
  return more === 0 ? named : [...named, `${more} more items are read by no market`];
}

const MOST_SHOWN = 60;

function unreadLine(item: string, markets: readonly string[]): string {
  const shown = item.length > MOST_SHOWN ? `${item.slice(0, MOST_SHOWN)}...` : item;
  return `item ${shown} is read by no market${didYouMean(item, [FOR_ALL_MARKETS, ...markets])}`;
}
