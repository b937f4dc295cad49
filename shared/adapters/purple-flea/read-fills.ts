import { done, failed, type VenueOutcome } from '../../domain/failure.ts';
import { byTimeThenId, type Fill } from '../../domain/books/fill.ts';
import type { EpochMs } from '../../domain/units.ts';
import type { FillList } from '../../domain/venue/venue-answers.ts';
import { mayBeCut, PAGE_ROWS } from '../../domain/venue/pages.ts';
import { parseTrades, type TradeRow, type TradesOf } from './parse/parse-trades.ts';
import { type Read, valueOf } from './http/reader.ts';

export interface FillsAsked extends TradesOf {
  /** What the venue calls the market. */
  readonly symbol: string;
  readonly since: EpochMs;
  readonly maxPages: number;
}

/** What the pages so far have shown. */
interface Known {
  readonly fills: Map<string, Fill>;
  readonly doubtful: Set<string>;
}

/**
 * All fills at or after `since`, or a failure: never a part of them without a word. The venue lists
 * the oldest first, `since` included.
 */
export async function readFills(
  read: Read,
  asked: FillsAsked,
): Promise<VenueOutcome<Omit<FillList, 'clockSkewMs'>>> {
  const known: Known = { fills: new Map(), doubtful: new Set() };
  let from = asked.since;
  for (let page = 1; page <= asked.maxPages; page += 1) {
    const query = { symbol: asked.symbol, since: from, limit: PAGE_ROWS };
    const trades = await valueOf(
      read('/v1/trade/history', query, (body) => parseTrades(body, asked)),
    );
    if (!trades.ok) return trades;
    const { rows, doubtful } = trades.value;
    for (const doubt of doubtful) known.doubtful.add(doubt);
    const added = addNew(known, rows, asked.since);
    const next = nextFrom(rows, from, added);
    if (!next.ok) return next;
    if (next.value === 'stuck')
      known.doubtful.add(`the venue lists ${rows.length} trades at ${from}, there may be more`);
    if (next.value === 'last' || next.value === 'stuck')
      return done({
        fills: [...known.fills.values()].sort(byTimeThenId),
        doubtful: [...known.doubtful],
      });
    from = next.value;
  }
  return incomplete(`more than ${asked.maxPages} pages of ${PAGE_ROWS} since ${asked.since}`);
}

/**
 * How many were new. A time in whole seconds may be cut off from one after `since`, so such a fill
 * is kept.
 */
function addNew(known: Known, rows: readonly TradeRow[], since: EpochMs): number {
  const before = known.fills.size;
  for (const { fill, resolutionMs } of rows) {
    if (fill === undefined || fill.at + resolutionMs <= since) continue;
    const same = known.fills.get(fill.id);
    if (same === undefined) known.fills.set(fill.id, fill);
    else if (!isSameFill(same, fill))
      known.doubtful.add(`two different trades have the id ${fill.id}, the first is taken`);
  }
  return known.fills.size - before;
}

const isSameFill = (a: Fill, b: Fill): boolean =>
  a.at === b.at &&
  a.side === b.side &&
  a.price === b.price &&
  a.size === b.size &&
  a.feeUsd === b.feeUsd &&
  a.liquidity === b.liquidity;

/**
 * Where the next page begins. `stuck`: a page that may be cut is all of one instant, and asking
 * again brings nothing new.
 */
function nextFrom(
  rows: readonly TradeRow[],
  from: EpochMs,
  added: number,
): VenueOutcome<EpochMs | 'last' | 'stuck'> {
  if (!mayBeCut(rows.length)) return done('last');
  const dated = rows.flatMap(({ at, resolutionMs }) =>
    at === undefined ? [] : [{ at, resolutionMs }],
  );
  const last = dated.at(-1);
  if (last === undefined) return incomplete('a full page has no times to go on from');
  if (dated.some((row, index) => row.at < (dated[index - 1]?.at ?? 0)))
    return incomplete('a full page is not sorted by time, oldest first');
  if (dated.some((row) => row.at + row.resolutionMs <= from))
    return incomplete(`a full page begins before ${from}, which was asked for`);
  if (last.at > from) return done(last.at);
  if (rows.length >= PAGE_ROWS)
    return incomplete(`a page of ${rows.length} trades does not get past ${from}`);
  return done(added === 0 ? 'stuck' : from);
}

const incomplete = (reason: string): VenueOutcome<never> =>
  failed({ kind: 'rejected', code: 'incomplete', reason: `trade history: ${reason}` });
