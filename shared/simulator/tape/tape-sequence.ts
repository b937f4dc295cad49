import type { FeedEvent } from '../feed/feed.ts';
import type { TapeMeta } from './tape-meta.ts';
import { refusal, type TapePlace } from './tape-refusal.ts';

/** What the rows of a tape owe to each other. */
interface TapeSequence {
  /** @throws InputError when the event cannot stand after the ones before it. */
  follow(event: FeedEvent): void;
  /** @throws InputError when the tape cannot end here. */
  end(): void;
}

/**
 * At equal times: what is due first, then what traded, then the quotes, which already contain the
 * trade.
 */
const RANK: Readonly<Record<FeedEvent['type'], number>> = {
  funding: 0,
  gap: 1,
  trade: 2,
  bbo: 3,
  book: 3,
};

export function tapeSequence(meta: TapeMeta, place: TapePlace): TapeSequence {
  let previous: FeedEvent | undefined;
  let lastQuoteAt: number | undefined;
  let openGapTo: number | undefined;

  const followQuote = (at: number): void => {
    if (lastQuoteAt === undefined && at !== meta.recordedFrom) {
      throw refusal(
        place,
        `the first quote is of ${at}; rows must be sorted by time, and the first quote be of recordedFrom, ${meta.recordedFrom}`,
      );
    }
    if (openGapTo !== undefined && at !== openGapTo) {
      throw refusal(
        place,
        `a quote of ${at} follows a gap to ${openGapTo}; a gap must end at the next quote`,
      );
    }
    if (openGapTo === undefined && lastQuoteAt !== undefined && at - lastQuoteAt > meta.gapMs) {
      throw refusal(
        place,
        `no quote and no gap row since ${lastQuoteAt}; rows must be sorted by time, and a silence above ${meta.gapMs} ms must have a gap row`,
      );
    }
    openGapTo = undefined;
    lastQuoteAt = at;
  };

  const followGap = (from: number, to: number): void => {
    if (openGapTo !== undefined)
      throw refusal(place, `a second gap before a quote; a silence must have one gap row`);
    if (lastQuoteAt === undefined || from !== lastQuoteAt + 1) {
      throw refusal(
        place,
        `a gap from ${from}; it must begin 1 ms after the last quote, which is ${quoteTime(lastQuoteAt)}`,
      );
    }
    openGapTo = to;
  };

  return {
    follow(event) {
      requireOrder(previous, event, place);
      requireInside(meta, event, place);
      previous = event;
      if (event.type === 'bbo' || event.type === 'book') followQuote(event.at);
      else if (event.type === 'gap') followGap(event.at, event.to);
      else if (event.type === 'trade' && lastQuoteAt === undefined) {
        throw refusal(place, 'a trade before the first quote; a quote must come first');
      }
    },
    end() {
      if (lastQuoteAt === meta.recordedTo) return;
      throw refusal(
        place,
        `the tape ends here, its last quote ${quoteTime(lastQuoteAt)}; it must be of recordedTo, ${meta.recordedTo}`,
      );
    },
  };
}

const quoteTime = (at: number | undefined): string => (at === undefined ? 'missing' : `of ${at}`);

function requireOrder(previous: FeedEvent | undefined, event: FeedEvent, place: TapePlace): void {
  if (previous === undefined || event.at > previous.at) return;
  if (event.at < previous.at) {
    throw refusal(
      place,
      `ts ${event.at} is before row ${place.row - 1}'s ${previous.at}; rows must be sorted by time`,
    );
  }
  if (RANK[event.type] < RANK[previous.type]) {
    throw refusal(
      place,
      `a ${event.type} after a ${previous.type} of the same ts ${event.at}; at equal ts the order must be funding, gap, trade, bbo or book`,
    );
  }
}

function requireInside(
  { recordedFrom, recordedTo }: TapeMeta,
  event: FeedEvent,
  place: TapePlace,
): void {
  if (event.at >= recordedFrom && event.at <= recordedTo) return;
  throw refusal(
    place,
    `ts ${event.at} is outside the recording; it must be from ${recordedFrom} to ${recordedTo}`,
  );
}
