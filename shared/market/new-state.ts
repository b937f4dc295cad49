import { NEW_MARKOUTS } from '../accounting/markouts.ts';
import { NO_PROFIT_YET } from '../accounting/profit-and-loss.ts';
import { FLAT } from '../domain/books/position.ts';
import { type EpochMs, epochMs } from '../domain/units.ts';
import { NO_FILLS } from './books/booked-fills.ts';
import type { Books } from './books/books.ts';
import { NO_FACTS } from './books/contained-facts.ts';
import type { HedgeWatch } from './hedges/hedge-watch.ts';
import type { Sight, Tally } from './state.ts';

export const noBooks = (at: EpochMs): Books => ({
  startedAt: at,
  pnl: NO_PROFIT_YET,
  equity: undefined,
  markouts: NEW_MARKOUTS,
  markoutsBefore: [],
  booked: NO_FILLS,
  newestFillAt: at,
  fundingPaid: [],
  adjustments: [],
  nextFact: 1,
  contained: NO_FACTS,
  loaded: new Map(),
  pending: [],
  mids: [],
});

export const newSight = (at: EpochMs): Sight => ({
  look: undefined,
  fillsAsked: false,
  fillsWanted: undefined,
  fillsHeld: [],
  clockSkewMs: undefined,
  seenAt: at,
  nextLookAt: at,
  lookAgain: false,
  listedAt: undefined,
  isListCut: false,
  shownFrom: at,
  reported: undefined,
  answeredAt: at,
  prompt: 0,
  failuresInRow: 0,
  refusals: { buy: { inRow: 0, placeFrom: at }, sell: { inRow: 0, placeFrom: at } },
  pauseUntil: at,
  requestsLeftRatio: 1,
  position: { kind: 'agreed', held: FLAT },
  mid: undefined,
  doubted: undefined,
  emptying: false,
  emptyFrom: at,
  deepFillsAt: at,
  volatilityAt: at,
  venueHourlyVolatility: undefined,
  newFills: [],
  newTrades: undefined,
});

export const newTally = (): Tally => ({
  decisions: 0,
  decisionsHash: '',
  quotesPlaced: 0,
  nextCounter: 0,
  nextSend: 1,
  lastReasons: '',
  fullSaid: false,
  foreignSaid: [],
  lastUnknownAt: undefined,
});

export const NO_HEDGE: HedgeWatch = {
  open: undefined,
  endedId: undefined,
  unhedgedInRow: 0,
  notBefore: epochMs(0),
  reduced: undefined,
  ended: undefined,
  takenUsd: 0,
  tooSmallSaid: false,
};
