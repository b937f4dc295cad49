import { asFill } from '../../adapters/simulated/account-history.ts';
import { type StoredFact, timeOf } from '../../domain/books/ledger-entry.ts';
import { type MarketId, symbolOf } from '../../domain/venue/market-id.ts';
import { type EpochMs, price } from '../../domain/units.ts';
import type { Exchange } from '../../simulator/exchange/exchange.ts';

/**
 * What moved an account's money in a market during [from, to), oldest first, as the exchange itself
 * has it: every execution with the mid at that moment, where a deployment books the first mid that
 * it sees after it.
 */
export function venueFacts(
  exchange: Exchange,
  accountKey: string,
  market: MarketId,
  from: EpochMs,
  to: EpochMs,
): readonly StoredFact[] {
  const symbol = symbolOf(market);
  const account = exchange.account(accountKey);
  const fills = account
    .fills(symbol)
    .map((fill) => ({ kind: 'fill', fill: asFill(fill, market), mid: price(fill.mid) }) as const);
  const payments = account.payments(symbol).map(
    (payment) =>
      ({
        kind: 'funding',
        payment: { ...payment, market },
        mid: price(exchange.market(symbol)?.mids.at(payment.at) ?? Number.NaN),
      }) as const,
  );
  return [...fills, ...payments]
    .toSorted((a, b) => timeOf(a) - timeOf(b))
    .map((entry, index) => ({ number: index + 1, fence: 0, entry }))
    .filter(({ entry }) => timeOf(entry) >= from && timeOf(entry) < to);
}
