import { InvariantError } from '../../domain/failure.ts';
import type { EpochMs } from '../../domain/units.ts';
import { type FeedEvent, levelPairs } from '../feed/feed.ts';
import type { TapeMeta } from './tape-meta.ts';

/** What a row tells that an event does not. */
interface RowOrigin {
  /** When the recorder saw it. Written as null when unknown. */
  readonly receivedAt?: EpochMs | undefined;
  /** Unique in the tape. A trade must have one; nothing else has. */
  readonly tradeId?: string | undefined;
}

/** Row 1 of a tape (tape v1), without a line end. The keys stand in the order of the format. */
export function metaRow(meta: TapeMeta): string {
  const { venue, coin, quote, contract, contractUsd, tick, lot, sideInferred, gapMs } = meta;
  const { recordedFrom, recordedTo, source, licence, notes, sha256 } = meta;
  const market = { venue, coin, quote, contract, contractUsd, tick, lot, sideInferred };
  return JSON.stringify({
    type: 'meta',
    version: 1,
    ...market,
    gapMs,
    recordedFrom,
    recordedTo,
    source,
    licence,
    notes,
    sha256,
  });
}

/**
 * Any other row of a tape, without a line end. What `tapeFeed` reads from it is the event again.
 * @throws InvariantError for a trade without an id
 */
export function tapeRow(event: FeedEvent, { receivedAt, tradeId }: RowOrigin = {}): string {
  const recv = receivedAt ?? null;
  switch (event.type) {
    case 'trade':
      if (tradeId === undefined)
        throw new InvariantError(`a trade of ${event.at} is written without an id`);
      return JSON.stringify({
        type: 'trade',
        ts: event.at,
        recv,
        px: event.price,
        sz: event.size,
        side: event.side,
        id: tradeId,
      });
    case 'bbo': {
      const { at, bid, bidSize, ask, askSize } = event;
      return JSON.stringify({
        type: 'bbo',
        ts: at,
        recv,
        bid,
        bidSz: bidSize,
        ask,
        askSz: askSize,
      });
    }
    case 'book':
      return JSON.stringify({
        type: 'book',
        ts: event.at,
        recv,
        bids: levelPairs(event.bids),
        asks: levelPairs(event.asks),
      });
    case 'funding':
      return JSON.stringify({
        type: 'funding',
        ts: event.at,
        rate: event.rate,
        intervalHours: event.intervalHours,
      });
    case 'gap':
      return JSON.stringify({ type: 'gap', ts: event.at, from: event.at, to: event.to });
  }
}
