import { InputError } from '../../domain/failure.ts';
import { grid } from '../../domain/order/grid.ts';
import type { Fees, MarketSpec } from '../../domain/venue/market.ts';
import type { Usd } from '../../domain/units.ts';
import type { FeedEvent, MarketFeed } from '../feed/feed.ts';
import { parseMeta, type TapeMeta } from './tape-meta.ts';
import { refusal, type TapePlace } from './tape-refusal.ts';
import { tapeRowReader } from './tape-row.ts';
import { tapeSequence } from './tape-sequence.ts';

interface TapeOptions {
  /** Default: the tape's coin as `BTC-PERP`. */
  readonly symbol?: string | undefined;
  /**
   * Fraction per interval. Default: 0.0000125 per hour, which is the 0.01 % per 8 h most venues
   * rest at.
   */
  readonly fundingRate?: number | undefined;
  /** Default: 1 on Hyperliquid, 8 elsewhere. */
  readonly fundingIntervalHours?: number | undefined;
  readonly fees: Fees;
  readonly minNotionalUsd: Usd;
}

/**
 * A recorded market, read lazily, every guarantee of the format (tape v1) checked on the way: what
 * is corrupt is refused, never traded on. The events begin with one made-up funding row, because
 * recordings carry none.
 * @param name what an error calls the tape, for example its file name
 * @param lines the rows of the file; the first is read at once, the rest as events are asked for
 * @throws InputError in one line, here or while reading: `tape <name>, row <1-based line>: <what is
 * wrong>; <what is allowed>`
 */
export function tapeFeed(name: string, lines: Iterator<string>, options: TapeOptions): MarketFeed {
  const place: TapePlace = { tape: name, row: 1 };
  const first = lines.next();
  if (first.done === true) throw refusal(place, 'the tape is empty; row 1 must be of type meta');
  const meta = parseMeta(first.value, place);
  const intervalHours = options.fundingIntervalHours ?? usualIntervalHours(meta.venue);
  const rate = options.fundingRate ?? USUAL_RATE_PER_HOUR * intervalHours;
  requireFunding(rate, intervalHours);
  return {
    spec: specOf(meta, options),
    fundingIntervalHours: intervalHours,
    startsAt: meta.recordedFrom,
    endsAt: meta.recordedTo,
    events: eventsOf(lines, meta, place, {
      type: 'funding',
      at: meta.recordedFrom,
      rate,
      intervalHours,
    }),
  };
}

const USUAL_RATE_PER_HOUR = 0.0000125;

const usualIntervalHours = (venue: string): number =>
  venue === 'hl' || venue === 'hyperliquid' ? 1 : 8;

function requireFunding(rate: number, intervalHours: number): void {
  if (!(intervalHours > 0 && intervalHours < Infinity)) {
    throw new InputError(`the funding interval is ${intervalHours} h; it must be above zero`);
  }
  if (!Number.isFinite(rate))
    throw new InputError(
      `the funding rate is ${rate}; it must be a finite number, a fraction per interval`,
    );
}

/**
 * An inverse contract is counted in whole contracts of a fixed USD value, so its lot in base units
 * moves with the price and cannot be a grid: 1e-8, the precision the format rounds such sizes to,
 * stands in for it.
 */
const INVERSE_LOT = 1e-8;

function specOf(meta: TapeMeta, options: TapeOptions): MarketSpec {
  return {
    symbol: options.symbol ?? `${meta.coin}-PERP`,
    tick: grid(meta.tick),
    lot: grid(meta.contract === 'inverse' ? INVERSE_LOT : meta.lot),
    minNotionalUsd: options.minNotionalUsd,
    fees: options.fees,
    simulated: true,
  };
}

type FundingEvent = Extract<FeedEvent, { type: 'funding' }>;

function* eventsOf(
  lines: Iterator<string>,
  meta: TapeMeta,
  place: TapePlace,
  funding: FundingEvent,
): Generator<FeedEvent, void> {
  const reader = tapeRowReader(meta, funding.intervalHours, place);
  const sequence = tapeSequence(meta, place);
  yield funding;
  for (const line of withoutBlankEnd(lines)) {
    place.row += 1;
    const event = reader(line);
    sequence.follow(event);
    yield event;
  }
  sequence.end();
}

/** Blank lines are rows like others, and refused, but where only blank ones follow. */
function* withoutBlankEnd(lines: Iterator<string>): Generator<string, void> {
  const blank: string[] = [];
  for (let line = lines.next(); line.done !== true; line = lines.next()) {
    if (isBlank(line.value) && blank.length < MOST_BLANK) blank.push(line.value);
    else {
      if (blank.length > 0) yield* blank.splice(0);
      yield line.value;
    }
  }
}

const MOST_BLANK = 1000;
const isBlank = (line: string): boolean => line === '' || line.trim() === '';
