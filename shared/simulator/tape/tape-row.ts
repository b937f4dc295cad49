import { grid, type Grid } from '../../domain/grid.ts';
import type { EpochMs } from '../../domain/units.ts';
import type { FeedEvent, FeedLevel } from '../feed/feed.ts';
import { recentIds } from './recent-ids.ts';
import { parseObject, positiveNumber, requireOnGrid, text, timestamp } from './tape-fields.ts';
import type { TapeMeta } from './tape-meta.ts';
import { refusal, shown, type TapePlace } from './tape-refusal.ts';

type Row = Readonly<Record<string, unknown>>;

/** What the rows of one tape are checked against. */
interface Rules {
  readonly place: TapePlace;
  readonly tick: Grid;
  /** @throws InputError unless the size at this price is a whole number of lots. */
  readonly requireLots: (size: number, price: number, field: string) => void;
  readonly fundingIntervalHours: number;
  /** Whether a trade of this id was there lately; it is from now on. */
  readonly isRepeated: (tradeId: string) => boolean;
}

const MAX_LEVELS = 20;

/**
 * Reads one row after another and checks each by itself. What rows owe to each other is
 * `tapeSequence`'s.
 */
export function tapeRowReader(
  meta: TapeMeta,
  fundingIntervalHours: number,
  place: TapePlace,
): (line: string) => FeedEvent {
  const rules: Rules = {
    place,
    tick: grid(meta.tick),
    requireLots: lotsRule(meta, place),
    fundingIntervalHours,
    isRepeated: recentIds(),
  };
  return (line) => {
    const row = parseObject(line, place);
    const at = timestamp(row['ts'], 'ts', place);
    switch (row['type']) {
      case 'book':
        return bookOf(row, at, rules);
      case 'bbo':
        return bboOf(row, at, rules);
      case 'trade':
        return tradeOf(row, at, rules);
      case 'gap':
        return gapOf(row, at, rules);
      case 'funding':
        return fundingOf(row, at, rules);
      default:
        throw refusal(
          place,
          `type is ${shown(row['type'])}; after row 1 it must be trade, bbo, book, funding or gap`,
        );
    }
  };
}

function bookOf(row: Row, at: EpochMs, rules: Rules): FeedEvent {
  requireReceiveTime(row, rules);
  const bids = levelsOf(row['bids'], 'bids', -1, rules);
  const asks = levelsOf(row['asks'], 'asks', 1, rules);
  requireUncrossed(bids[0]?.[0] ?? 0, asks[0]?.[0] ?? 0, rules);
  return { type: 'book', at, bids, asks };
}

/** `direction`: bids must fall (-1), asks must rise (1). */
function levelsOf(
  value: unknown,
  field: 'bids' | 'asks',
  direction: 1 | -1,
  rules: Rules,
): readonly FeedLevel[] {
  const { place } = rules;
  if (!Array.isArray(value) || !value.every(isLevel))
    throw refusal(place, `${field} is ${shown(value)}; it must be a list of [px,sz]`);
  if (value.length === 0 || value.length > MAX_LEVELS) {
    throw refusal(place, `${field} has ${value.length} levels; there must be 1 to ${MAX_LEVELS}`);
  }
  let previous = direction === 1 ? 0 : Infinity;
  for (const level of value) {
    const price = requirePrice(level[0], field, rules);
    if ((price - previous) * direction <= 0) {
      throw refusal(
        place,
        `${field} has ${price} after ${previous}; levels must be strictly ordered, best first`,
      );
    }
    rules.requireLots(positiveNumber(level[1], field, place), price, field);
    previous = price;
  }
  return value;
}

const isLevel = (value: unknown): value is FeedLevel =>
  Array.isArray(value) &&
  value.length === 2 &&
  typeof value[0] === 'number' &&
  typeof value[1] === 'number';

function bboOf(row: Row, at: EpochMs, rules: Rules): FeedEvent {
  requireReceiveTime(row, rules);
  const bid = requirePrice(row['bid'], 'bid', rules);
  const ask = requirePrice(row['ask'], 'ask', rules);
  const bidSize = positiveNumber(row['bidSz'], 'bidSz', rules.place);
  const askSize = positiveNumber(row['askSz'], 'askSz', rules.place);
  requireUncrossed(bid, ask, rules);
  rules.requireLots(bidSize, bid, 'bidSz');
  rules.requireLots(askSize, ask, 'askSz');
  return { type: 'bbo', at, bid, bidSize, ask, askSize };
}

function requirePrice(value: unknown, field: string, rules: Rules): number {
  const price = positiveNumber(value, field, rules.place);
  requireOnGrid(rules.tick, price, field, 'tick', rules.place);
  return price;
}

function requireUncrossed(bid: number, ask: number, rules: Rules): void {
  if (ask > bid) return;
  throw refusal(
    rules.place,
    `the best bid ${bid} is not below the best ask ${ask}; a quote must not be locked or crossed`,
  );
}

function tradeOf(row: Row, at: EpochMs, rules: Rules): FeedEvent {
  requireReceiveTime(row, rules);
  const { place } = rules;
  const price = positiveNumber(row['px'], 'px', place);
  const size = positiveNumber(row['sz'], 'sz', place);
  rules.requireLots(size, price, 'sz');
  const { side } = row;
  if (side !== 'buy' && side !== 'sell')
    throw refusal(place, `side is ${shown(side)}; it must be "buy" or "sell", the taker's`);
  const id = text(row['id'], 'id', place);
  if (rules.isRepeated(id))
    throw refusal(place, `trade id ${shown(id)} was there before; it must be unique in the tape`);
  return { type: 'trade', at, price, size, side };
}

function gapOf(row: Row, at: EpochMs, { place }: Rules): FeedEvent {
  const from = timestamp(row['from'], 'from', place);
  const to = timestamp(row['to'], 'to', place);
  if (from !== at)
    throw refusal(place, `from ${from} is not the gap's ts ${at}; they must be the same`);
  if (to <= from)
    throw refusal(place, `to ${to} is not after from ${from}; a gap must have a length`);
  return { type: 'gap', at, to };
}

function fundingOf(row: Row, at: EpochMs, { place, fundingIntervalHours }: Rules): FeedEvent {
  const { rate, intervalHours, mark } = row;
  if (typeof rate !== 'number' || !Number.isFinite(rate)) {
    throw refusal(
      place,
      `rate is ${shown(rate)}; it must be a finite number, a fraction per interval`,
    );
  }
  if (intervalHours !== fundingIntervalHours) {
    throw refusal(
      place,
      `intervalHours is ${shown(intervalHours)}; this market is read with an interval of ${fundingIntervalHours} h`,
    );
  }
  if (mark !== undefined) positiveNumber(mark, 'mark', place);
  return { type: 'funding', at, rate, intervalHours: fundingIntervalHours };
}

function requireReceiveTime(row: Row, { place }: Rules): void {
  const { recv } = row;
  if (recv === null || (typeof recv === 'number' && Number.isSafeInteger(recv) && recv >= 0))
    return;
  throw refusal(
    place,
    `recv is ${shown(recv)}; it must be null or a whole number of milliseconds since 1970`,
  );
}

/**
 * Half a unit of the eighth decimal, which inverse sizes are rounded to, and as much again for the
 * arithmetic.
 */
const INVERSE_SIZE_TOLERANCE = 1e-8;

function lotsRule(meta: TapeMeta, place: TapePlace): Rules['requireLots'] {
  const lot = grid(meta.lot);
  const { contractUsd } = meta;
  if (contractUsd === undefined)
    return (size, _price, field) => requireOnGrid(lot, size, field, 'lot', place);
  return (size, price, field) => {
    const contracts = Math.round((size * price) / contractUsd);
    if (
      contracts === 0 ||
      Math.abs((contracts * contractUsd) / price - size) > INVERSE_SIZE_TOLERANCE
    ) {
      throw refusal(
        place,
        `${field} ${size} at ${price} is not a whole number of contracts; one is ${contractUsd} USD`,
      );
    }
    requireOnGrid(lot, contracts, `${field} in contracts`, 'lot', place);
  };
}
