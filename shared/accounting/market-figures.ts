import { activityOf } from './activity.ts';
import { profitAndLossOf } from './from-ledger.ts';
import { netPnlUsd, residualUsd } from './profit-and-loss.ts';
import { NO_ROUND_TRIPS, roundTripFigures, roundTripOnEntry } from './round-trips.ts';
import type { Grid } from '../domain/order/grid.ts';
import type { LedgerEntry } from '../domain/books/ledger-entry.ts';
import type { QuotingTally } from '../domain/trading/session.ts';
import type { EpochMs } from '../domain/units.ts';

/**
 * What a run made of one market, in USD unless the name says otherwise; costs are negative. The
 * parts sum to netPnlUsd.
 */
export interface MarketFigures {
  readonly netPnlUsd: number;
  readonly spreadIncomeUsd: number;
  readonly makerFeesUsd: number;
  readonly takerFeesUsd: number;
  readonly inventoryPnlUsd: number;
  readonly hedgeCostUsd: number;
  readonly fundingUsd: number;
  /**
   * Change of the venue's equity that the parts do not explain: 0 but for float dust, or something
   * was lost or doubled.
   */
  readonly residualUsd: number;
  readonly volumeUsd: number;
  readonly fills: number;
  readonly hedgeFills: number;
  readonly quotesPlaced: number;
  readonly quotesFilled: number;
  /** Quotes that traded at all as a share of those placed (E2); 0 when none was placed. */
  readonly fillRate: number;
  readonly roundTrips: number;
  /**
   * Average of (average sell - average buy) / mid over round trips of quotes, before fees (E3);
   * undefined without one.
   */
  readonly realizedSpreadBps: number | undefined;
  readonly minInventoryUsd: number;
  readonly maxInventoryUsd: number;
  readonly maxAbsInventoryUsd: number;
  readonly averageAbsInventoryUsd: number;
  /** Volume over average inventory per day (E5); undefined when nothing was held. */
  readonly inventoryTurnoverPerDay: number | undefined;
  /** Chain over every decision: the same for two runs that decided alike. */
  readonly decisionsHash: string;
}

export interface MarketRun {
  /** Everything the ledger holds of the market, oldest first; the run began flat. */
  readonly entries: readonly LedgerEntry[];
  readonly session: QuotingTally | undefined;
  readonly lot: Grid;
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly finalMid: number | undefined;
  /** What the venue says the account's equity did through this market. */
  readonly equityChangeUsd: number;
}

/**
 * Recomputed from the ledger alone, so that a fill which was traded and not booked shows in the
 * residual.
 */
export function marketFigures({
  entries,
  session,
  lot,
  from,
  to,
  finalMid,
  equityChangeUsd,
}: MarketRun): MarketFigures {
  const pnl = profitAndLossOf(entries, lot, finalMid);
  const activity = activityOf(entries, lot, from, to);
  const roundTrips = roundTripFigures(
    entries.reduce((state, entry) => roundTripOnEntry(state, entry, lot), NO_ROUND_TRIPS),
  );
  const quotesPlaced = session?.quotesPlaced ?? 0;
  return {
    netPnlUsd: netPnlUsd(pnl),
    spreadIncomeUsd: pnl.spreadIncomeUsd,
    makerFeesUsd: pnl.makerFeesUsd,
    takerFeesUsd: pnl.takerFeesUsd,
    inventoryPnlUsd: pnl.inventoryPnlUsd,
    hedgeCostUsd: pnl.hedgeCostUsd,
    fundingUsd: pnl.fundingUsd,
    residualUsd: residualUsd(equityChangeUsd, pnl),
    ...activity,
    quotesPlaced,
    fillRate: quotesPlaced === 0 ? 0 : activity.quotesFilled / quotesPlaced,
    roundTrips: roundTrips.roundTrips,
    realizedSpreadBps: roundTrips.averageBps,
    decisionsHash: session?.decisionsHash ?? '',
  };
}
