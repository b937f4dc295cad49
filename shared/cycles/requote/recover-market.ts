import type { Book } from '../../domain/venue/book.ts';
import { parseClientOrderId } from '../../domain/order/client-order-id.ts';
import { describeFailure } from '../../domain/failure.ts';
import type { StoredFact } from '../../domain/books/ledger-entry.ts';
import { type MarketId, symbolOf } from '../../domain/venue/market-id.ts';
import type { FundingRate, MarketSpec } from '../../domain/venue/market.ts';
import type { OpenOrder } from '../../domain/order/order.ts';
import {
  describeProblems,
  type ParameterReading,
} from '../../domain/parameters/parameter-reading.ts';
import type { ParameterVersion } from '../../domain/parameters/parameters.ts';
import { DAY_MS } from '../../domain/time.ts';
import { epochMs, type EpochMs } from '../../domain/units.ts';
import { begin, type Known } from '../../market/begin.ts';
import type { AccountSnapshot } from '../../domain/venue/venue-answers.ts';
import type { Turn } from '../../market/output.ts';
import type { Rules } from '../../market/rules.ts';
import type { Control } from '../../ports/stores/control-store.ts';
import type { SessionLoaded } from '../../ports/stores/session-store.ts';
import { recallBrain } from '../../strategy/brain-memory.ts';
import { GROUP_BOUNDS } from './bounds.ts';
import type { GroupDeps } from './group-deps.ts';
import { putLevels } from './beside/levels.ts';
import { otherGroup } from './lease/other-group.ts';
import { remainsBefore } from './read-remains.ts';

export type Recovery =
  | {
      readonly kind: 'ready';
      readonly begun: Turn;
      readonly rules: Rules;
      readonly control: Control;
      /** What it began from. */
      readonly loaded: SessionLoaded;
    }
  /** What a later try may find mended, what only a person can mend, and what is another group's. */
  | { readonly kind: 'unready' | 'refused' | 'elsewhere'; readonly why: string };

/** Who starts: what every order of it will bear. */
export interface Starter extends EarlierTries {
  readonly group: string;
  readonly market: MarketId;
  readonly deployment: string;
  readonly fence: number;
  /** Whoever held its lease before did not let go of it. */
  readonly wasHeld: boolean;
}

/** What was done before under the same lease. */
export interface EarlierTries {
  /** A list asked for from then on shows what they left; undefined before the first. */
  readonly shownFrom: EpochMs | undefined;
  /** The last number that one gave to a fact; 0 before the first. */
  readonly lastFact: number;
}

/**
 * Start-up and recovery in one: what was saved, what the ledger holds beyond it, then what the
 * venue says. Whatever cannot be read that money hangs on means not ready.
 */
export async function recoverMarket(deps: GroupDeps, starter: Starter): Promise<Recovery> {
  const { clock, venue, sessions, hedges } = deps;
  const { group, market, deployment, fence, lastFact } = starter;
  // Read before the venue's position: a fill in between is then listed and booked, and never
  // missed.
  const at = clock.now();
  const [loaded, brain, hedge, controls] = await Promise.all([
    sessions.load(market),
    sessions.loadBrain(market),
    hedges.read(market),
    deps.control.read([market]),
  ]);
  const elsewhere = await otherGroup(deps, group, market, loaded);
  if (elsewhere !== undefined) return { kind: 'elsewhere', why: elsewhere };
  const control = controls.get(market);
  if (control === undefined) return unready('the parameters could not be read');
  const saved = savedOf(deps, market, loaded);
  const parameters = await inForce(deps, market, control.parameters, saved?.parametersVersion);
  if (parameters === undefined) {
    putLevels(deps.metrics(market), { isRefused: true, isHalted: control.halt !== undefined });
    return refusedFor(refusal(control.parameters));
  }
  const facts = await factsFor(deps, market, loaded, at);
  const seen = await readVenue(venue, market);
  if (seen.kind !== 'seen') return seen;
  const { spec, funding, account, book } = seen;
  const other = othersQuotes(account.orders, starter);
  if (other !== undefined) return refusedFor(other);
  const abilities = venue.execution.can;
  const rules: Rules = { market, deployment, fence, spec, abilities };
  const held = account.position;
  if (isFirst(saved, facts) && held.size !== 0 && book === undefined)
    return unready(`a position of ${held.size} is held and there is no book to value it`);
  const shownFrom = (known: boolean): EpochMs =>
    starter.shownFrom ?? remainsBefore(loaded, starter.wasHeld || known, at, abilities).shownFrom;
  const known: Known = {
    saved,
    facts,
    lastFact,
    parameters,
    written: control.parameters,
    held,
    hedge,
    tilt: control.tilt,
    halt: control.halt,
    brain: recallBrain(brain),
    funding,
    mid: book?.mid,
    shownFrom: shownFrom(brain !== undefined || facts.length > 0),
  };
  return { kind: 'ready', begun: begin(known, at, rules), rules, control, loaded };
}

interface Seen {
  readonly kind: 'seen';
  readonly spec: MarketSpec;
  readonly funding: FundingRate;
  readonly account: AccountSnapshot;
  /** Only a first position needs it: without one it is waited for in the loop. */
  readonly book: Book | undefined;
}

async function readVenue(
  { data, execution }: GroupDeps['venue'],
  market: MarketId,
): Promise<Seen | NotReady> {
  const [spec, funding, account, picture] = await Promise.all([
    data.spec(market),
    data.funding(market),
    execution.account(market),
    data.book(market),
  ]);
  if (!spec.ok) return unread(describeFailure(spec.failure));
  if (!funding.ok) return unread(describeFailure(funding.failure));
  if (!account.ok) return unread(describeFailure(account.failure));
  return {
    kind: 'seen',
    spec: spec.value,
    funding: funding.value,
    account: account.value,
    book: picture.ok && picture.value.book.ok ? picture.value.book.value : undefined,
  };
}

/**
 * Another deployment that quotes this market on this account, where none of ours does: one of the
 * two has to go, and it is the one that has nothing resting yet.
 */
function othersQuotes(
  orders: readonly OpenOrder[],
  { market, deployment }: Starter,
): string | undefined {
  const quotes = orders.flatMap(({ clientId }) => {
    const id = clientId === undefined ? undefined : parseClientOrderId(clientId);
    return id?.role === 'quote' && id.symbol === symbolOf(market) ? [id.deployment] : [];
  });
  const other = quotes.find((one) => one !== deployment);
  if (other === undefined || quotes.includes(deployment)) return undefined;
  return `the deployment ${other} quotes this market on this account`;
}

type NotReady = Exclude<Recovery, { kind: 'ready' }>;

const refusedFor = (why: string): NotReady => ({ kind: 'refused', why });
const unready = (why: string): NotReady => ({ kind: 'unready', why });
const unread = (why: string): NotReady => unready(`the venue could not be read: ${why}`);

const isFirst = (saved: unknown, facts: readonly StoredFact[]): boolean =>
  saved === undefined && facts.length === 0;

function savedOf({ log }: GroupDeps, market: MarketId, loaded: SessionLoaded) {
  if (loaded.kind === 'unreadable')
    log.warn('the saved session cannot be read: rebuilt from the ledger', {
      market,
      problem: loaded.problem,
    });
  return loaded.kind === 'loaded' ? loaded.session : undefined;
}

/**
 * Of a readable session the facts since, with what may still be listed late; else all of a month.
 */
async function factsFor(
  { ledger }: GroupDeps,
  market: MarketId,
  loaded: SessionLoaded,
  now: EpochMs,
): Promise<readonly StoredFact[]> {
  const backMs = loaded.kind === 'loaded' ? 0 : REBUILD_MS;
  const since = loaded.kind === 'loaded' ? loaded.session.savedAt - GROUP_BOUNDS.factsBackMs : now;
  return ledger.read(market, epochMs(Math.max(0, since - backMs)), epochMs(now + DAY_MS));
}

const REBUILD_MS = 31 * DAY_MS;

/** What people wrote; while that is refused, the last good version, which the session names. */
async function inForce(
  { parameters }: GroupDeps,
  market: MarketId,
  reading: ParameterReading,
  lastGood: string | undefined,
): Promise<ParameterVersion | undefined> {
  if (reading.kind === 'accepted') return { version: reading.version, values: reading.values };
  if (lastGood === undefined) return undefined;
  const values = await parameters.recorded(market, lastGood);
  return values === undefined ? undefined : { version: lastGood, values };
}

function refusal(reading: ParameterReading): string {
  if (reading.kind === 'accepted') return 'the parameters could not be read';
  return `parameters refused: ${describeProblems(reading).join('; ')}`;
}
