import { onEquity } from '../../accounting/equity-curve.ts';
import { NEW_MARKOUTS } from '../../accounting/markouts.ts';
import { NO_PROFIT_YET } from '../../accounting/profit-and-loss.ts';
import { midOf } from '../../domain/book.ts';
import { describeFailure, InputError, type VenueOutcome } from '../../domain/failure.ts';
import { nextBoundary } from '../../domain/funding.ts';
import type { LedgerEntry } from '../../domain/ledger-entry.ts';
import type { MarketSpec } from '../../domain/market.ts';
import type { MarketId } from '../../domain/market-id.ts';
import type { ParameterVersion } from '../../domain/parameters.ts';
import type { Session } from '../../domain/session.ts';
import { HOUR_MS } from '../../domain/time.ts';
import { epochMs, type EpochMs, usd } from '../../domain/units.ts';
import type { FundingTilt } from '../../domain/tilt.ts';
import type { Lease } from '../../ports/lease-store.ts';
import type { VenueLook } from '../../ports/venue.ts';
import { recallBrain } from '../../strategy/brain-memory.ts';
import { bookAll } from './absorb-fills.ts';
import { saveSession, writeLedger } from './save-session.ts';
import { withLedger } from './book-ledger.ts';
import type { DueTimes, RunningSession, SentOrder } from './running-session.ts';
import { SESSION_BOUNDS, type SessionDeps } from './session-deps.ts';

export type Recovery =
  | { readonly kind: 'ready'; readonly running: RunningSession }
  | { readonly kind: 'not-ready'; readonly why: string };

/**
 * Start-up and recovery in one: what the last session saved, then what the venue says. Orders,
 * fills and funding of the time in between are settled by the first look of the loop, before
 * anything is decided.
 */
export async function recover(
  deps: SessionDeps,
  { lease, market, parameters, tilt }: Start,
): Promise<Recovery> {
  const { venue, sessions, clock } = deps;
  // Read before the venue's position: a fill in between is then listed and booked, and never
  // missed.
  const since = clock.now();
  const saved = await savedSession(deps, market);
  const [spec, look, funding, volatility, brain] = await Promise.all([
    venue.spec(market),
    venue.look(market),
    venue.fundingRate(market),
    venue.hourlyVolatility(market),
    sessions.loadBrain(market),
  ]);
  const failure = firstFailure([spec, look, funding]);
  if (failure !== undefined || !spec.ok || !look.ok || !funding.ok)
    return notReady(`the venue could not be read: ${failure ?? ''}`);
  const refusal = mayTrade(parameters, spec.value);
  if (refusal !== undefined) return notReady(refusal);
  const named = { group: lease.group, fence: lease.fence, parametersVersion: parameters.version };
  const began =
    saved === undefined
      ? newSession(market, named, funding.value.intervalHours, since)
      : { ...saved, ...named };
  const { session, bookedFills } = await withLedger(deps, began, spec.value.lot, since);
  const running: RunningSession = {
    market,
    lease,
    spec: spec.value,
    funding: funding.value,
    session,
    ...NOTHING_GATHERED,
    brain: recallBrain(brain),
    parameters,
    refusedVersion: undefined,
    switchedOff: false,
    tilt,
    venueHourlyVolatility: volatility.ok ? volatility.value : undefined,
    unwritten: [],
    bookedFills,
    venuePosition: look.value.position.size,
    unexplained: true,
    mismatches: 0,
    nextCounter: 0,
    reportedQuotes: session.quotesPlaced,
    lastLookAt: since,
    pauseUntil: since,
    due: dueFrom(clock.now()),
    lastReasons: '',
  };
  if (saved !== undefined) return { kind: 'ready', running };
  const taken = takeOverPosition(running, look.value, since);
  if (taken.kind === 'not-ready') return taken;
  // Before the first order: who dies after it leaves a cursor from which its fills are found.
  const kept = await saveSession(deps, await writeLedger(deps, taken.running));
  return kept === undefined
    ? notReady('a session with a higher fence was saved')
    : { kind: 'ready', running: kept };
}

export interface Start {
  readonly lease: Lease;
  readonly market: MarketId;
  readonly parameters: ParameterVersion;
  readonly tilt: FundingTilt | undefined;
}

/** @throws InputError naming key and attribute when there is one that cannot be read. */
async function savedSession(
  { sessions }: Pick<SessionDeps, 'sessions'>,
  market: MarketId,
): Promise<Session | undefined> {
  const loaded = await sessions.load(market);
  if (loaded.kind === 'unreadable') throw new InputError(loaded.problem);
  return loaded.kind === 'loaded' ? loaded.session : undefined;
}

/** What only this invocation gathers. */
const NOTHING_GATHERED = {
  halt: undefined,
  failuresInRow: 0,
  delayMs: 0,
  newFills: [],
  peers: {},
  sent: new Map<string, SentOrder>(),
  markouts: NEW_MARKOUTS,
};

const notReady = (why: string): Recovery => ({ kind: 'not-ready', why });

const dueFrom = (now: EpochMs): DueTimes => ({
  parametersAt: now + SESSION_BOUNDS.parametersEveryMs,
  saveAt: now,
  brainAt: now,
  reportAt: now,
  volatilityAt: now + SESSION_BOUNDS.volatilityEveryMs,
  peersAt: now,
  fundingAt: now,
});

/**
 * A position already held when a market's first session begins is taken over at the mid: nothing
 * before now is ours to explain.
 */
function takeOverPosition(running: RunningSession, look: VenueLook, at: EpochMs): Recovery {
  if (look.position.size === 0) return { kind: 'ready', running };
  if (!look.book.ok)
    return notReady(
      `a position of ${look.position.size} is held and there is no book to value it: ${look.book.failure}`,
    );
  const { market } = running;
  const opening: LedgerEntry = {
    kind: 'adjustment',
    id: 'opening',
    market,
    at,
    size: look.position.size,
    mid: midOf(look.book.value),
  };
  return { kind: 'ready', running: bookAll(running, [opening]) };
}

/**
 * Paper trades nowhere but on a venue that says it is simulated; only `live` sends orders for real
 * money.
 */
function mayTrade({ values }: ParameterVersion, spec: MarketSpec): string | undefined {
  if (values.mode !== 'paper' || spec.simulated) return undefined;
  return 'mode is paper and this venue trades real money: set mode to live to trade it';
}

function firstFailure(outcomes: readonly VenueOutcome<unknown>[]): string | undefined {
  for (const outcome of outcomes) if (!outcome.ok) return describeFailure(outcome.failure);
  return undefined;
}

/** The first session of a market begins flat, with every boundary before `now` behind it. */
function newSession(
  market: MarketId,
  named: Pick<Session, 'group' | 'fence' | 'parametersVersion'>,
  fundingIntervalHours: number,
  now: EpochMs,
): Session {
  return {
    market,
    ...named,
    savedAt: now,
    startedAt: now,
    pnl: NO_PROFIT_YET,
    lastFact: 0,
    fillsBookedTo: now,
    fundingBookedTo: epochMs(
      nextBoundary(now, fundingIntervalHours) - fundingIntervalHours * HOUR_MS,
    ),
    orders: [],
    // From nothing: who takes over from a dead first session counts what that one lost, too.
    equity: onEquity(undefined, usd(0), now),
    quotesPlaced: 0,
    decisions: 0,
    decisionsHash: '',
    openHedge: undefined,
  };
}
