import { MARKOUT_SHOWN_MS } from '../../../domain/books/markouts.ts';
import { markoutsByQuote } from '../../../accounting/markout-figures.ts';
import { markTo, netPnlUsd, residualUsd } from '../../../accounting/profit-and-loss.ts';
import type { VenueOutcome } from '../../../domain/failure.ts';
import type { Grid } from '../../../domain/order/grid.ts';
import type { ProfitAndLoss } from '../../../domain/books/profit-and-loss.ts';
import type { EquityChange } from '../../../domain/venue/venue-answers.ts';
import { MARKET_BOUNDS } from '../../../market/rules.ts';
import type { Desk } from '../desk/desk.ts';
import { GROUP_BOUNDS } from '../bounds.ts';
import type { GroupDeps } from '../group-deps.ts';
import { putLevels } from './levels.ts';
import type { Shift } from '../lease/shift.ts';

/** One line and one set of figures a minute, beside the trading (E1, E9). */
export function keepReporting(deps: GroupDeps, shift: Shift, desk: Desk): void {
  let quotes = desk.state().tally.quotesPlaced;
  const residual = createResidual(deps, desk);
  const keep = async (): Promise<void> => {
    while (!desk.over() && !shift.over()) {
      try {
        quotes = await report(deps, desk, residual, quotes);
      } catch (error) {
        const { market } = desk;
        deps.log.error('figures could not be reported', { market, problem: String(error) });
      }
      await deps.clock.sleep(GROUP_BOUNDS.reportEveryMs);
    }
  };
  void keep();
}

/** What the venue's equity did that our parts do not explain, when it was last compared. */
function createResidual(
  { venue, clock }: GroupDeps,
  { market, rules, state }: Desk,
): () => Promise<number | undefined> {
  let last: number | undefined;
  let dueAt = 0;
  return async () => {
    if (last !== undefined && clock.now() < dueAt) return last;
    dueAt = clock.now() + GROUP_BOUNDS.compareEveryMs;
    const change = await venue.history.equityChange(market, state().books.startedAt);
    last = residualOf(change, state().books.pnl, rules.spec.lot);
    return last;
  };
}

async function report(
  { clock, log, metrics: metricsOf }: GroupDeps,
  desk: Desk,
  residualNow: () => Promise<number | undefined>,
  quotesBefore: number,
): Promise<number> {
  const { market } = desk;
  const metrics = metricsOf(market);
  // Before anything is asked: a start that stands aside may be over before the venue has answered.
  const { refused, halt } = desk.state().control;
  putLevels(metrics, { isRefused: refused !== undefined, isHalted: halt !== undefined });
  const residual = await residualNow();
  const { books, tally, orders, sight } = desk.state();
  const { pnl } = books;
  // A beat says that the market was seen, not that a function runs.
  if (clock.now() - sight.seenAt <= GROUP_BOUNDS.reportEveryMs)
    metrics.add('Heartbeat', 'Count', 1);
  // Every quote of a side was refused, again and again: only a person finds out why.
  const { buy, sell } = sight.refusals;
  const isShut = Math.max(buy.inRow, sell.inRow) > MARKET_BOUNDS.promptLooks;
  metrics.add('CannotPlace', 'Count', isShut ? 1 : 0);
  metrics.add('Inventory', 'None', pnl.position.size * (pnl.markPrice ?? 0));
  metrics.add('NetPnl', 'None', netPnlUsd(pnl));
  metrics.add('QuotesPlaced', 'Count', tally.quotesPlaced - quotesBefore);
  metrics.add('ResidualUnknown', 'Count', residual === undefined ? 1 : 0);
  if (residual !== undefined) {
    metrics.add('Residual', 'None', residual);
    metrics.add('ResidualAbs', 'None', Math.abs(residual));
  }
  metrics.flush();
  log.info('session', {
    market,
    orders: orders.working.length,
    decisions: tally.decisions,
    quotesPlaced: tally.quotesPlaced,
    pnl,
    residualUsd: residual,
    markouts30s: markoutsByQuote(books.markouts.cells, MARKOUT_SHOWN_MS),
  });
  return tally.quotesPlaced;
}

/** Only comparable while the venue and we mean the same position, but for the dust of its sums. */
function residualOf(
  change: VenueOutcome<EquityChange>,
  pnl: ProfitAndLoss,
  lot: Grid,
): number | undefined {
  if (!change.ok) return undefined;
  const { netUsd, markPrice, positionSize } = change.value;
  const isSame = Math.abs(positionSize - pnl.position.size) < lot.step / 2;
  return isSame ? residualUsd(netUsd, markTo(pnl, markPrice)) : undefined;
}
