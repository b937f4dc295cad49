import type { MarketSymbol } from '#shared/domain/market.ts';
import { SIDES } from '#shared/domain/side.ts';
import { marketEquityUsd } from '#shared/simulator/account.ts';
import type { Exchange } from '#shared/simulator/exchange.ts';

/** What only the venue can see of a run. */
export interface ObservedMarket {
  readonly events: number;
  /** Share of the time during which a bid and an ask of ours rested. */
  readonly twoSidedUptime: number;
  /** Largest fall of the account's equity through this market from a peak before it. */
  readonly maxDrawdownUsd: number;
  /** Fills after which the position was larger than before and, at the fill's price, above the cap. */
  readonly fillsBeyondCap: number;
}

export interface RunObserver {
  of(market: MarketSymbol): ObservedMarket;
}

interface Tally {
  events: number;
  lastAt: number | undefined;
  watchedMs: number;
  twoSidedMs: number;
  peakUsd: number;
  maxDrawdownUsd: number;
  held: number;
  fillsBeyondCap: number;
}

/** Watches one account at the exchange from now on. `capUsd`: the inventory cap in force in a market. */
export function observeRun(exchange: Exchange, accountKey: string, capUsd: (market: MarketSymbol) => number): RunObserver {
  const tallies = new Map<MarketSymbol, Tally>();
  const tallyOf = (market: MarketSymbol): Tally => {
    const tally = tallies.get(market) ?? {
      events: 0,
      lastAt: undefined,
      watchedMs: 0,
      twoSidedMs: 0,
      peakUsd: 0,
      maxDrawdownUsd: 0,
      held: 0,
      fillsBeyondCap: 0,
    };
    tallies.set(market, tally);
    return tally;
  };
  exchange.listen({
    ticked(market, at) {
      const tally = tallyOf(market);
      tally.events += 1;
      noteTime(tally, at, isTwoSided(exchange, accountKey, market));
      noteEquity(tally, equityUsd(exchange, accountKey, market));
    },
    filled(key, fill) {
      if (key !== accountKey) return;
      const tally = tallyOf(fill.market);
      const before = tally.held;
      tally.held = exchange.account(accountKey).holding(fill.market).position.size;
      const beyond = Math.abs(tally.held) * fill.price > capUsd(fill.market) + DUST_USD;
      if (Math.abs(tally.held) > Math.abs(before) && beyond) tally.fillsBeyondCap += 1;
    },
  });
  return {
    of(market) {
      const { events, watchedMs, twoSidedMs, maxDrawdownUsd, fillsBeyondCap } = tallyOf(market);
      return { events, twoSidedUptime: watchedMs === 0 ? 0 : twoSidedMs / watchedMs, maxDrawdownUsd, fillsBeyondCap };
    },
  };
}

/** Float dust. */
const DUST_USD = 1e-6;

/** The time since the last event counts as two-sided if it is so now: what changed in between is a request's work. */
function noteTime(tally: Tally, at: number, twoSided: boolean): void {
  if (tally.lastAt !== undefined) {
    tally.watchedMs += at - tally.lastAt;
    if (twoSided) tally.twoSidedMs += at - tally.lastAt;
  }
  tally.lastAt = at;
}

function noteEquity(tally: Tally, equity: number): void {
  tally.peakUsd = Math.max(tally.peakUsd, equity);
  tally.maxDrawdownUsd = Math.max(tally.maxDrawdownUsd, tally.peakUsd - equity);
}

function isTwoSided(exchange: Exchange, accountKey: string, market: MarketSymbol): boolean {
  return SIDES.every(
    (side) =>
      exchange
        .market(market)
        ?.resting(side)
        .all()
        .some((order) => order.accountKey === accountKey) === true,
  );
}

function equityUsd(exchange: Exchange, accountKey: string, market: MarketSymbol): number {
  const mid = exchange.market(market)?.mid();
  return mid === undefined ? 0 : marketEquityUsd(exchange.account(accountKey).holding(market), mid);
}
