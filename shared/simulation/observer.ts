import { mergeMarkouts } from '../accounting/markout-cells.ts';
import type { MarkoutCell } from '../domain/books/markouts.ts';
import {
  markoutOnFill,
  markoutOnMid,
  type MarkoutState,
  NEW_MARKOUTS,
} from '../accounting/markouts.ts';
import type { MarketSymbol } from '../domain/venue/market.ts';
import { SIDES } from '../domain/order/side.ts';
import { price } from '../domain/units.ts';
import { marketEquityUsd } from '../simulator/exchange/account.ts';
import type { Exchange } from '../simulator/exchange/exchange.ts';

/** What only the venue can see of a run. */
export interface Observed {
  readonly events: number;
  /**
   * Share of the time during which a bid and an ask of ours rested; of all markets together their
   * average.
   */
  readonly twoSidedUptime: number;
  /**
   * Largest fall of the account's equity, through this market or through all, from a peak before
   * it.
   */
  readonly maxDrawdownUsd: number;
  /**
   * Fills after which the position was larger than before and, at the fill's price, above the cap.
   */
  readonly fillsBeyondCap: number;
  /** What the mids did after our fills, measured at every mid there was. */
  readonly markouts: readonly MarkoutCell[];
}

export interface RunObserver {
  of(market: MarketSymbol): Observed;
  total(): Observed;
}

interface Drawdown {
  peakUsd: number;
  deepestUsd: number;
}

interface Tally {
  events: number;
  lastAt: number | undefined;
  watchedMs: number;
  twoSidedMs: number;
  readonly drawdown: Drawdown;
  equityUsd: number;
  held: number;
  fillsBeyondCap: number;
  markouts: MarkoutState;
}

/**
 * Watches one account at the exchange from now on. `capUsd`: the inventory cap in force in a
 * market.
 */
export function observeRun(
  exchange: Exchange,
  accountKey: string,
  capUsd: (market: MarketSymbol) => number,
): RunObserver {
  const tallies = new Map<MarketSymbol, Tally>();
  const overall: Drawdown = { peakUsd: 0, deepestUsd: 0 };
  const tallyOf = (market: MarketSymbol): Tally => {
    const known = tallies.get(market);
    if (known !== undefined) return known;
    const tally = newTally();
    tallies.set(market, tally);
    return tally;
  };
  exchange.listen({
    ticked(market, at) {
      const tally = tallyOf(market);
      const mid = exchange.market(market)?.mid();
      tally.events += 1;
      noteTime(tally, at, isTwoSided(exchange, accountKey, market));
      tally.equityUsd =
        mid === undefined ? 0 : marketEquityUsd(exchange.account(accountKey).holding(market), mid);
      noteEquity(tally.drawdown, tally.equityUsd);
      let equityUsd = 0;
      for (const one of tallies.values()) equityUsd += one.equityUsd;
      noteEquity(overall, equityUsd);
      if (mid !== undefined) tally.markouts = markoutOnMid(tally.markouts, price(mid), at);
    },
    filled(key, fill) {
      if (key !== accountKey) return;
      const tally = tallyOf(fill.market);
      const before = tally.held;
      tally.held = exchange.account(accountKey).holding(fill.market).position.size;
      const beyond = Math.abs(tally.held) * fill.price > capUsd(fill.market) + DUST_USD;
      if (Math.abs(tally.held) > Math.abs(before) && beyond) tally.fillsBeyondCap += 1;
      tally.markouts = markoutOnFill(
        tally.markouts,
        fill,
        price(exchange.market(fill.market)?.mid() ?? fill.price),
        undefined,
      );
    },
  });
  return {
    of: (market) => observed([tallyOf(market)], tallyOf(market).drawdown),
    total: () => observed([...tallies.values()], overall),
  };
}

const newTally = (): Tally => ({
  events: 0,
  lastAt: undefined,
  watchedMs: 0,
  twoSidedMs: 0,
  drawdown: { peakUsd: 0, deepestUsd: 0 },
  equityUsd: 0,
  held: 0,
  fillsBeyondCap: 0,
  markouts: NEW_MARKOUTS,
});

function observed(tallies: readonly Tally[], { deepestUsd }: Drawdown): Observed {
  const sum = (of: (tally: Tally) => number): number =>
    tallies.reduce((total, tally) => total + of(tally), 0);
  const uptime = ({ watchedMs, twoSidedMs }: Tally): number =>
    watchedMs === 0 ? 0 : twoSidedMs / watchedMs;
  return {
    events: sum(({ events }) => events),
    twoSidedUptime: tallies.length === 0 ? 0 : sum(uptime) / tallies.length,
    maxDrawdownUsd: deepestUsd,
    fillsBeyondCap: sum(({ fillsBeyondCap }) => fillsBeyondCap),
    markouts: tallies.reduce<readonly MarkoutCell[]>(
      (cells, { markouts }) => mergeMarkouts(cells, markouts.cells),
      [],
    ),
  };
}

/** Float dust. */
const DUST_USD = 1e-6;

/**
 * The time since the last event counts as two-sided if it is so now: what changed in between is a
 * request's work.
 */
function noteTime(tally: Tally, at: number, twoSided: boolean): void {
  if (tally.lastAt !== undefined) {
    tally.watchedMs += at - tally.lastAt;
    if (twoSided) tally.twoSidedMs += at - tally.lastAt;
  }
  tally.lastAt = at;
}

function noteEquity(drawdown: Drawdown, equity: number): void {
  drawdown.peakUsd = Math.max(drawdown.peakUsd, equity);
  drawdown.deepestUsd = Math.max(drawdown.deepestUsd, drawdown.peakUsd - equity);
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
