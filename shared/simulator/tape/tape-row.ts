import type { EpochMs } from '../../domain/units.ts';
import type { FeedEvent, FeedLevels } from '../feed/feed.ts';
import { parseObject, positiveNumber, text, timestamp } from './tape-fields.ts';
import { listedLevels, requireLevels } from './tape-levels.ts';
import type { TapeMeta } from './tape-meta.ts';
import { refusal, shown, type TapePlace } from './tape-refusal.ts';
import {
  requirePrice,
  requireReceiveTime,
  requireUncrossed,
  type TapeRules,
  tapeRules,
} from './tape-rules.ts';
import { usualBooks } from './usual-books.ts';

type Row = Readonly<Record<string, unknown>>;

/**
 * Reads one row after another and checks each by itself. What rows owe to each other is
 * `tapeSequence`'s. Most bytes of a tape are books spelled as it was written; these are read
 * without a JSON object of each, by the same checks.
 */
export function tapeRowReader(
  meta: TapeMeta,
  fundingIntervalHours: number,
  place: TapePlace,
): (line: string) => FeedEvent {
  const rules = tapeRules(meta, fundingIntervalHours, place);
  const usualBook = usualBooks();
  return (line) => {
    const book = usualBook(line);
    return book === undefined
      ? eventOf(parseObject(line, place), rules)
      : bookOf(timestamp(book.ts, 'ts', place), book.recv, (side) => book[side], rules);
  };
}

function eventOf(row: Row, rules: TapeRules): FeedEvent {
  const { place } = rules;
  const at = timestamp(row['ts'], 'ts', place);
  switch (row['type']) {
    case 'book':
      return bookOf(at, row['recv'], (side) => listedLevels(row[side], side, place), rules);
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
}

function bookOf(
  at: EpochMs,
  recv: unknown,
  levelsOf: (side: 'bids' | 'asks') => FeedLevels,
  rules: TapeRules,
): FeedEvent {
  requireReceiveTime(recv, rules);
  const bids = levelsOf('bids');
  requireLevels(bids, 'bids', rules);
  const asks = levelsOf('asks');
  requireLevels(asks, 'asks', rules);
  requireUncrossed(bids[0] ?? 0, asks[0] ?? 0, rules);
  return { type: 'book', at, bids, asks };
}

function bboOf(row: Row, at: EpochMs, rules: TapeRules): FeedEvent {
  requireReceiveTime(row['recv'], rules);
  const bid = requirePrice(row['bid'], 'bid', rules);
  const ask = requirePrice(row['ask'], 'ask', rules);
  const bidSize = positiveNumber(row['bidSz'], 'bidSz', rules.place);
  const askSize = positiveNumber(row['askSz'], 'askSz', rules.place);
  requireUncrossed(bid, ask, rules);
  rules.requireLots(bidSize, bid, 'bidSz');
  rules.requireLots(askSize, ask, 'askSz');
  return { type: 'bbo', at, bid, bidSize, ask, askSize };
}

function tradeOf(row: Row, at: EpochMs, rules: TapeRules): FeedEvent {
  requireReceiveTime(row['recv'], rules);
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

function gapOf(row: Row, at: EpochMs, { place }: TapeRules): FeedEvent {
  const from = timestamp(row['from'], 'from', place);
  const to = timestamp(row['to'], 'to', place);
  if (from !== at)
    throw refusal(place, `from ${from} is not the gap's ts ${at}; they must be the same`);
  if (to <= from)
    throw refusal(place, `to ${to} is not after from ${from}; a gap must have a length`);
  return { type: 'gap', at, to };
}

function fundingOf(row: Row, at: EpochMs, { place, fundingIntervalHours }: TapeRules): FeedEvent {
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
