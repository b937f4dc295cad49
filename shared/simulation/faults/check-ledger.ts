import { epochMs } from '../../domain/units.ts';
import { type MarketId, symbolOf } from '../../domain/venue/market-id.ts';
import type { DirectDeps } from '../direct-floor.ts';
import type { World } from '../host.ts';
import type { Violations } from './violations.ts';

/** At the end: every fill is in the ledger once, and nothing of ours rests. */
export async function checkLedger(
  { clock, exchange, accountKey, markets }: World,
  { ledger }: Pick<DirectDeps, 'ledger'>,
  violations: Violations,
): Promise<void> {
  for (const market of markets) {
    const facts = await ledger.read(market, epochMs(0), epochMs(clock.now() + 1));
    const booked = facts.flatMap(({ entry }) => (entry.kind === 'fill' ? [entry.fill.id] : []));
    violations.check(market, 'ledger', misbooked(booked, traded(market)));
    const { length } = exchange.openOrders(accountKey, symbolOf(market));
    violations.check(market, 'end', length > 0 ? `${length} orders rest at the end` : undefined);
  }

  function traded(market: MarketId): readonly string[] {
    return exchange
      .account(accountKey)
      .fills(symbolOf(market))
      .map(({ id }) => id);
  }
}

function misbooked(booked: readonly string[], traded: readonly string[]): string | undefined {
  const [inBooks, atVenue] = [new Set(booked), new Set(traded)];
  const lost = [...atVenue].filter((id) => !inBooks.has(id));
  const extra = booked.length - [...inBooks].filter((id) => atVenue.has(id)).length;
  return lost.length + extra === 0
    ? undefined
    : `${lost.length} fills are not in the ledger, ${extra} too many are`;
}
