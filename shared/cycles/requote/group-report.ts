import type { MarketId } from '../../domain/venue/market-id.ts';
import type { Shift } from './lease/shift.ts';
import type { MarketShare } from './trade-market.ts';

export type GroupReport =
  /** Somebody else trades the group: this invocation was only a look whether anybody does. */
  | { readonly kind: 'already-held'; readonly by: string }
  /** Nothing could be traded, and why. */
  | { readonly kind: 'stood-aside'; readonly why: string }
  | {
      readonly kind: 'ran';
      readonly ended: GroupEnding;
      readonly decisions: number;
      readonly quotesPlaced: number;
      readonly fills: number;
    };

/** Only a hand-over leaves quotes on the book. */
type GroupEnding =
  | { readonly kind: 'handed-over' }
  | { readonly kind: 'stopped'; readonly why: string }
  | { readonly kind: 'lost-lease' }
  /** Something may rest: unless it was struck off, the lease is kept until it expires. */
  | { readonly kind: 'not-proven' };

/** What is not proven keeps its lease: it expires, and the next start goes on. */
const isProven = (shares: readonly MarketShare[]): boolean =>
  shares.every(
    ({ ending }) =>
      (ending.kind === 'left' && ending.kept) ||
      (ending.kind === 'stood-aside' && ending.empty) ||
      ending.kind === 'lost',
  );

/** What is struck off the lease keeps it from nobody. */
const isListed = (shift: Shift, market: MarketId | undefined): boolean =>
  market !== undefined && (shift.lease()?.markets.includes(market) ?? false);

/** Whether the lease keeps nobody from anything that may rest. */
export const mayLetGo = (
  shares: readonly MarketShare[],
  shift: Shift,
  markets: readonly MarketId[],
): boolean => isProven(shares.filter((_, index) => isListed(shift, markets[index])));

export function reportOf(
  shares: readonly MarketShare[],
  shift: Shift,
  markets: readonly MarketId[],
): GroupReport {
  const aside = shares.flatMap(({ ending }, index) =>
    ending.kind === 'stood-aside' ? [{ market: markets[index], why: ending.why }] : [],
  );
  if (aside.length === shares.length) {
    const whys = aside.map(({ market, why }) => (shares.length === 1 ? why : `${market}: ${why}`));
    return { kind: 'stood-aside', why: whys.join('; ') };
  }
  const sum = (of: (share: MarketShare) => number): number =>
    shares.reduce((all, share) => all + of(share), 0);
  return {
    kind: 'ran',
    ended: endingOf(shares, shift),
    decisions: sum(({ did }) => did.decisions),
    quotesPlaced: sum(({ did }) => did.quotesPlaced),
    fills: sum(({ did }) => did.fills),
  };
}

function endingOf(shares: readonly MarketShare[], shift: Shift): GroupEnding {
  if (shift.lease() === undefined) return { kind: 'lost-lease' };
  if (!isProven(shares)) return { kind: 'not-proven' };
  const lefts = shares.flatMap(({ ending }) => (ending.kind === 'left' ? [ending] : []));
  if (lefts.length === 0) return { kind: 'lost-lease' };
  if (lefts.some(({ how }) => how === 'hand-over')) return { kind: 'handed-over' };
  const whys = [...new Set(lefts.map(({ why }) => why))];
  return { kind: 'stopped', why: whys.join('; ') };
}
