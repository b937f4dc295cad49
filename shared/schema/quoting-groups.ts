import * as z from 'zod/mini';
import { type MarketId, marketId } from '../domain/venue/market-id.ts';
import { didYouMean } from './near-name.ts';
import { marketIdField } from './market-id.ts';
import type { VenueName } from './venue.ts';

/** So many names fit into the 4 kB that Lambda allows a function's environment. */
const MOST_IN_A_GROUP = 25;

/** Markets written down to share a function. Without any, each market has one of its own. */
export const groupsField = z.optional(
  z.array(
    z.strictObject({
      /** No market is named so, and the lease of a group lies among the items of the markets. */
      name: z
        .string()
        .check(
          z.regex(
            /^[a-z][a-z0-9-]{0,19}$/,
            'must be lower case letters, digits and dashes, at most 20',
          ),
        ),
      /** As `purple-flea/BTC-PERP`. */
      markets: z
        .array(marketIdField)
        .check(
          z.minLength(1, 'must name a market'),
          z.maxLength(MOST_IN_A_GROUP, `must be ${MOST_IN_A_GROUP} at most: make another group`),
        ),
    }),
  ),
);

interface Grouped {
  readonly markets: readonly { readonly symbol: string; readonly venue: VenueName }[];
  readonly groups?: z.infer<typeof groupsField>;
}

/** Markets that one function trades, started by one schedule, under one lease. */
export interface QuotingGroup {
  readonly name: string;
  readonly venue: VenueName;
  readonly markets: readonly [MarketId, ...MarketId[]];
}

/**
 * In the order written. A market that no group was written for is a group of its own, named as it
 * is.
 */
export function groupsOf({ markets, groups }: Grouped): readonly QuotingGroup[] {
  const venues = new Map(markets.map(({ venue, symbol }) => [marketId(venue, symbol), venue]));
  if (groups === undefined)
    return [...venues].map(([id, venue]) => ({ name: id, venue, markets: [id] }));
  return groups.flatMap(({ name, markets: [first, ...more] }) => {
    const venue = first === undefined ? undefined : venues.get(first);
    return first === undefined || venue === undefined
      ? []
      : [{ name, venue, markets: [first, ...more] }];
  });
}

export interface GroupProblem {
  readonly path: (string | number)[];
  readonly message: string;
}

/** What is wrong with the groups as a whole: every market must be in exactly one, at one venue. */
export function problemsOfGroups({ markets, groups }: Grouped): readonly GroupProblem[] {
  if (groups === undefined) return [];
  const venues = new Map<string, VenueName>(
    markets.map(({ venue, symbol }) => [marketId(venue, symbol), venue]),
  );
  const problems: GroupProblem[] = [];
  const groupOf = new Map<string, string>();
  const names = new Set<string>();
  groups.forEach(({ name, markets: members }, index) => {
    const say = (message: string, ...at: (string | number)[]): void =>
      void problems.push({ path: ['groups', index, ...at], message });
    if (names.has(name))
      say(`${name} is named twice: a group has one function and one lease`, 'name');
    names.add(name);
    members.forEach((id, at) => {
      const other = groupOf.get(id);
      if (!venues.has(id))
        say(
          `${id} is not among the markets of the stage${didYouMean(id, [...venues.keys()])}`,
          'markets',
          at,
        );
      else if (other !== undefined)
        say(`${id} is in ${other} already: one function trades a market`, 'markets', at);
      groupOf.set(id, name);
    });
    const at = new Set(members.flatMap((id) => venues.get(id) ?? []));
    if (at.size > 1) say(`must be of one venue, is of ${[...at].join(' and ')}`, 'markets');
  });
  const left = [...venues.keys()].filter((id) => !groupOf.has(id));
  if (left.length > 0)
    problems.push({
      path: ['groups'],
      message: `${left.join(', ')} is in none, so nobody would quote it; name it in one, or write no groups`,
    });
  return problems;
}
