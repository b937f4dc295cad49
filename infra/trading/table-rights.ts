import type { QuotingGroup } from '#shared/schema/quoting-groups.ts';

/** What a function may do with a table. */
export interface TableRights {
  readonly reads?: readonly ('GetItem' | 'BatchGetItem' | 'Query')[];
  readonly writes?: TableWrites;
}

interface TableWrites {
  readonly by: readonly ('PutItem' | 'UpdateItem')[];
  /** Partition keys, as patterns of IAM. */
  readonly in: readonly string[];
}

/** Where a group's own items lie: those of its markets, and its lease under its name. */
export const statePartitionsOf = ({ name, markets }: QuotingGroup): readonly string[] =>
  [...new Set([name, ...markets])].map(patternOf);

/** A market's facts of every day. */
export const ledgerPartitionsOf = ({ markets }: QuotingGroup): readonly string[] =>
  markets.map((market) => `${patternOf(market)}#*`);

/**
 * IAM takes no policy with letters beyond Latin-1, in which some coins are named. In their place it
 * lets anything pass, for that one market.
 */
const patternOf = (name: string): string => name.replaceAll(/[^\x20-\xFF]+/g, '*');
