import { done, failed, type VenueOutcome } from '../../domain/failure.ts';
import { byTimeThenId, type Fill } from '../../domain/fill.ts';
import type { Grid } from '../../domain/grid.ts';
import { type MarketId, symbolOf } from '../../domain/market-id.ts';
import type { EpochMs } from '../../domain/units.ts';
import { parseTrades, type TradeRow } from './parse-trades.ts';
import { type Read, valueOf } from './reader.ts';

/** The most rows the vendor gives at once. */
const PAGE_ROWS = 200;
/** A venue that caps its pages lower than asked does so at a round number. */
const ROUND_ROWS = 50;

export interface FillsAsked {
  readonly market: MarketId;
  readonly since: EpochMs;
  readonly lot: Grid;
  readonly maxPages: number;
}

/**
 * All fills at or after `since`, or a failure: never a part of them. The venue lists the oldest
 * first, `since` included.
 */
export async function readFills(
  read: Read,
  asked: FillsAsked,
): Promise<VenueOutcome<readonly Fill[]>> {
  const known = new Map<string, Fill>();
  let from = asked.since;
  for (let page = 1; page <= asked.maxPages; page += 1) {
    const query = { symbol: symbolOf(asked.market), since: from, limit: PAGE_ROWS };
    const rows = await valueOf(
      read('/v1/trade/history', query, (body) => parseTrades(body, asked.market, asked.lot)),
    );
    if (!rows.ok) return rows;
    const added = addNew(known, rows.value, asked.since);
    if (!added.ok) return added;
    const next = nextFrom(rows.value, from, added.value);
    if (!next.ok) return next;
    if (next.value === undefined) return done([...known.values()].sort(byTimeThenId));
    from = next.value;
  }
  return incomplete(`more than ${asked.maxPages} pages of ${PAGE_ROWS} since ${asked.since}`);
}

/**
 * How many were new. A time in whole seconds may be cut off from one after `since`, so such a fill
 * is kept.
 */
function addNew(
  known: Map<string, Fill>,
  rows: readonly TradeRow[],
  since: EpochMs,
): VenueOutcome<number> {
  const before = known.size;
  for (const { fill, at, resolutionMs } of rows) {
    if (fill === undefined || at + resolutionMs <= since) continue;
    const same = known.get(fill.id);
    if (same !== undefined && !isSameFill(same, fill))
      return incomplete(`two different trades have the id ${fill.id}`);
    known.set(fill.id, fill);
  }
  return done(known.size - before);
}

const isSameFill = (a: Fill, b: Fill): boolean =>
  a.at === b.at &&
  a.side === b.side &&
  a.price === b.price &&
  a.size === b.size &&
  a.feeUsd === b.feeUsd &&
  a.liquidity === b.liquidity;

/** Where the next page begins; undefined when there is none. */
function nextFrom(
  rows: readonly TradeRow[],
  from: EpochMs,
  added: number,
): VenueOutcome<EpochMs | undefined> {
  const last = rows.at(-1);
  if (last === undefined || rows.length % ROUND_ROWS !== 0) return done(undefined);
  if (rows.some((row, index) => row.at < (rows[index - 1]?.at ?? 0)))
    return incomplete('a full page is not sorted by time, oldest first');
  if (rows.some((row) => row.at + row.resolutionMs <= from))
    return incomplete(`a full page begins before ${from}, which was asked for`);
  if (last.at > from) return done(last.at);
  if (rows.length < PAGE_ROWS && added === 0) return done(undefined);
  return rows.length < PAGE_ROWS
    ? done(from)
    : incomplete(`a page of ${rows.length} trades does not get past ${from}`);
}

const incomplete = (reason: string): VenueOutcome<never> =>
  failed({ kind: 'rejected', code: 'incomplete', reason: `trade history: ${reason}` });
