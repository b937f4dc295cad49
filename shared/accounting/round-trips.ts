import { type Grid, onLot } from '../domain/order/grid.ts';
import { type LedgerEntry, type MoneyEntry, movesMoney } from '../domain/books/ledger-entry.ts';
import { signOf } from '../domain/order/side.ts';
import { ratioToBps } from '../domain/units.ts';

/** Inventory not yet closed, and what closing earned. Plain data, of one market. */
export interface RoundTripState {
  /** Oldest first, all long or all short; their sizes sum to the position. */
  readonly lots: readonly OpenLot[];
  readonly totals: RoundTripTotals;
}

/** `size` is signed. `quoted`: opened by a maker fill, whose fee for this size is `feeUsd`. */
interface OpenLot {
  readonly size: number;
  readonly price: number;
  readonly feeUsd: number;
  readonly quoted: boolean;
}

interface RoundTripTotals {
  readonly trips: number;
  /** Trips that earned after the fees of both sides. */
  readonly profitable: number;
  /** Over trips, of (average sell - average buy) / mid, without and with the fees of both sides. */
  readonly bps: number;
  readonly netBps: number;
  readonly grossUsd: number;
  readonly feesUsd: number;
  /** Size closed x mid: each round trip counted once. */
  readonly volumeUsd: number;
  /** Closed at mid by hedges and adjustments, or opened by them: no round trip of quotes. */
  readonly otherwiseClosedUsd: number;
}

export const NO_ROUND_TRIPS: RoundTripState = {
  lots: [],
  totals: {
    trips: 0,
    profitable: 0,
    bps: 0,
    netBps: 0,
    grossUsd: 0,
    feesUsd: 0,
    volumeUsd: 0,
    otherwiseClosedUsd: 0,
  },
};

/**
 * More lots than this are averaged into the newest, so that endless tiny fills cannot grow the
 * state.
 */
const MAX_LOTS = 1000;

/**
 * Realised spread per round trip (E3): buys are matched against sells first in, first out. A maker
 * fill that closes lots of earlier maker fills is one round trip: (average sell - average buy) /
 * mid at the closing fill; what it has beyond them opens the other side. Hedges and adjustments
 * take lots off without being round trips: their price is no quote of ours. Entries must come once
 * each, oldest first; funding is ignored. O(lots).
 */
export function roundTripOnEntry(
  state: RoundTripState,
  entry: LedgerEntry,
  lot: Grid,
  maxLots: number = MAX_LOTS,
): RoundTripState {
  if (!movesMoney(entry) || entry.kind === 'funding') return state;
  const trade = tradeOf(entry, lot);
  const { lots, left, closed } = close(state.lots, trade.size, trade.quoted, lot);
  const totals = count(state.totals, trade, closed);
  if (left === 0) return { lots, totals };
  return {
    lots: opened(
      lots,
      { ...trade, size: left, feeUsd: trade.feeUsd * (left / trade.size) },
      maxLots,
      lot,
    ),
    totals,
  };
}

interface RoundTripFigures {
  readonly roundTrips: number;
  /** Share of the trips that earned after fees; the figures are undefined without trips. */
  readonly profitableShare: number | undefined;
  readonly averageBps: number | undefined;
  readonly averageNetBps: number | undefined;
  /** The same weighted by USD: this x volumeUsd is grossUsd, and grossUsd + feesUsd. */
  readonly sizeWeightedBps: number | undefined;
  readonly sizeWeightedNetBps: number | undefined;
  readonly grossUsd: number;
  /** Signed: a cost is negative. */
  readonly feesUsd: number;
  readonly volumeUsd: number;
  readonly otherwiseClosedUsd: number;
}

export function roundTripFigures({ totals }: RoundTripState): RoundTripFigures {
  const { trips, grossUsd, feesUsd, volumeUsd, otherwiseClosedUsd } = totals;
  const perTrip = (sum: number): number | undefined => (trips === 0 ? undefined : sum / trips);
  const perUsd = (sum: number): number | undefined =>
    trips === 0 ? undefined : ratioToBps(sum / volumeUsd);
  return {
    roundTrips: trips,
    profitableShare: perTrip(totals.profitable),
    averageBps: perTrip(totals.bps),
    averageNetBps: perTrip(totals.netBps),
    sizeWeightedBps: perUsd(grossUsd),
    sizeWeightedNetBps: perUsd(grossUsd + feesUsd),
    grossUsd,
    feesUsd,
    volumeUsd,
    otherwiseClosedUsd,
  };
}

interface Trade extends OpenLot {
  readonly mid: number;
}

/**
 * What a trade closed: `quoted` of it maker against maker, from lots worth `costUsd` at their
 * prices that had paid `feesUsd`.
 */
interface Closed {
  readonly size: number;
  readonly quoted: number;
  readonly costUsd: number;
  readonly feesUsd: number;
}

function tradeOf(entry: Exclude<MoneyEntry, { kind: 'funding' }>, lot: Grid): Trade {
  const { mid } = entry;
  if (entry.kind === 'adjustment')
    return { size: onLot(lot, entry.size), price: mid, feeUsd: 0, quoted: false, mid };
  const { side, size, price, feeUsd, liquidity } = entry.fill;
  return {
    size: onLot(lot, signOf(side) * size),
    price,
    feeUsd,
    quoted: liquidity === 'maker',
    mid,
  };
}

/** Takes `size` from the oldest lots of the other side; what is left of it is signed. */
function close(
  held: readonly OpenLot[],
  size: number,
  quoted: boolean,
  lot: Grid,
): { readonly lots: readonly OpenLot[]; readonly left: number; readonly closed: Closed } {
  let left = size;
  let gone = 0;
  let split: OpenLot | undefined;
  const closed = { size: 0, quoted: 0, costUsd: 0, feesUsd: 0 };
  for (const open of held) {
    if (left === 0 || open.size > 0 === left > 0) break;
    const taken = Math.min(Math.abs(open.size), Math.abs(left));
    const share = taken / Math.abs(open.size);
    const trip = quoted && open.quoted ? taken : 0;
    closed.size += taken;
    closed.quoted += trip;
    closed.costUsd += trip * open.price;
    closed.feesUsd += trip > 0 ? open.feeUsd * share : 0;
    left = onLot(lot, left + Math.sign(open.size) * taken);
    gone += 1;
    if (share < 1)
      split = {
        ...open,
        size: onLot(lot, open.size - Math.sign(open.size) * taken),
        feeUsd: open.feeUsd * (1 - share),
      };
  }
  const rest = held.slice(gone);
  return { lots: split === undefined ? rest : [split, ...rest], left, closed };
}

function count(totals: RoundTripTotals, trade: Trade, closed: Closed): RoundTripTotals {
  const otherwiseClosedUsd = totals.otherwiseClosedUsd + (closed.size - closed.quoted) * trade.mid;
  if (closed.quoted === 0) return { ...totals, otherwiseClosedUsd };
  const grossUsd = Math.sign(trade.size) * (closed.costUsd - closed.quoted * trade.price);
  const feesUsd = closed.feesUsd + trade.feeUsd * (closed.quoted / Math.abs(trade.size));
  const volumeUsd = closed.quoted * trade.mid;
  return {
    trips: totals.trips + 1,
    profitable: totals.profitable + (grossUsd + feesUsd > 0 ? 1 : 0),
    bps: totals.bps + ratioToBps(grossUsd / volumeUsd),
    netBps: totals.netBps + ratioToBps((grossUsd + feesUsd) / volumeUsd),
    grossUsd: totals.grossUsd + grossUsd,
    feesUsd: totals.feesUsd + feesUsd,
    volumeUsd: totals.volumeUsd + volumeUsd,
    otherwiseClosedUsd,
  };
}

function opened(
  lots: readonly OpenLot[],
  { size, price, feeUsd, quoted }: OpenLot,
  maxLots: number,
  lot: Grid,
): readonly OpenLot[] {
  const newest = lots.at(-1);
  if (newest === undefined || lots.length < maxLots)
    return [...lots, { size, price, feeUsd, quoted }];
  const both = onLot(lot, newest.size + size);
  const averaged = (newest.size * newest.price + size * price) / both;
  return [
    ...lots.slice(0, -1),
    {
      size: both,
      price: averaged,
      feeUsd: newest.feeUsd + feeUsd,
      quoted: newest.quoted && quoted,
    },
  ];
}
