import type { LedgerEntry } from '#shared/domain/books/ledger-entry.ts';
import type { Side } from '#shared/domain/order/side.ts';
import { price, signedSize, size, usd } from '#shared/domain/units.ts';
import { aFill, after, BTC } from './market.ts';

type EntryOf<Kind> = Extract<LedgerEntry, { readonly kind: Kind }>;

interface Deal {
  readonly mid?: number;
  readonly feeUsd?: number;
  readonly liquidity?: 'maker' | 'taker';
  /** After START. */
  readonly ms?: number;
  readonly id?: string;
  readonly orderId?: string;
}

/** A fill of so much at this price, with the mid at 100 and no fee unless it says so. */
export const deal = (
  side: Side,
  amount: number,
  at: number,
  { mid = 100, feeUsd = 0, ms = 0, ...over }: Deal = {},
): EntryOf<'fill'> => ({
  kind: 'fill',
  fill: aFill({
    at: after(ms),
    side,
    size: size(amount),
    price: price(at),
    feeUsd: usd(feeUsd),
    ...over,
  }),
  mid: price(mid),
});

/** Funding that was paid, or received where it is above zero. */
export const funded = (amountUsd: number, mid = 100, ms = 0): EntryOf<'funding'> => ({
  kind: 'funding',
  payment: { market: BTC, at: after(ms), rate: 0.01, amountUsd: usd(amountUsd) },
  mid: price(mid),
});

/** So much more of a position that no fill explains. */
export const adjusted = (amount: number, mid = 100, ms = 0): EntryOf<'adjustment'> => ({
  kind: 'adjustment',
  id: 'after-2',
  market: BTC,
  at: after(ms),
  size: signedSize(amount),
  mid: price(mid),
});
