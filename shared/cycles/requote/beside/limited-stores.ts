import type { Clock } from '../../../ports/clock.ts';
import { GROUP_BOUNDS, leaseTtlMs } from '../bounds.ts';
import type { GroupDeps } from '../group-deps.ts';

/**
 * Waits for a call no longer than that. The limit ends also after an answer: an error is made only
 * where there was none, for every one records where it was made.
 * @throws when it has not answered by then.
 */
function withLimit<T>(
  { clock }: { readonly clock: Clock },
  limitMs: number,
  call: () => Promise<T>,
): Promise<T> {
  let isAnswered = false;
  const answered = (): void => {
    isAnswered = true;
  };
  const over = clock.sleep(limitMs);
  const called = call();
  called.then(answered, answered);
  const late = over.then((): Promise<T> => {
    if (isAnswered) return called;
    throw new Error(`no answer within ${limitMs} ms`);
  });
  return Promise.race([called, late]);
}

/**
 * The same dependencies, with a short time for every call of a store or the bus: one that hangs has
 * failed, so that the venue is never left alone with our quotes because a table is slow. What
 * was given up may still have happened: every write bears its own condition or name.
 */
export function withStoreLimits(deps: GroupDeps): GroupDeps {
  const ttlMs = leaseTtlMs(deps.venue.execution.can.arrivesWithinMs);
  const limitMs = Math.min(GROUP_BOUNDS.storeLimitMs, ttlMs / 4);
  const soon = <T>(call: () => Promise<T>): Promise<T> => withLimit(deps, limitMs, call);
  const { leases, sessions, ledger, parameters, control, hedges, halts, events } = deps;
  return {
    ...deps,
    leases: {
      read: (group) => soon(() => leases.read(group)),
      acquire: (want, now, forMs) => soon(() => leases.acquire(want, now, forMs)),
      renew: (lease, now, forMs) => soon(() => leases.renew(lease, now, forMs)),
      requestYield: (lease, ask) => soon(() => leases.requestYield(lease, ask)),
      release: (lease) => soon(() => leases.release(lease)),
    },
    sessions: {
      load: (market) => soon(() => sessions.load(market)),
      save: (session) => soon(() => sessions.save(session)),
      loadBrain: (market) => soon(() => sessions.loadBrain(market)),
      saveBrain: (...brain) => soon(() => sessions.saveBrain(...brain)),
      saveMark: (mark) => soon(() => sessions.saveMark(mark)),
      marks: (markets) => soon(() => sessions.marks(markets)),
    },
    ledger: {
      append: (fact) => soon(() => ledger.append(fact)),
      // Up to a month of facts, when a session has to be rebuilt from them.
      read: (...range) => withLimit(deps, READ_MS, () => ledger.read(...range)),
    },
    parameters: {
      recorded: (market, version) => soon(() => parameters.recorded(market, version)),
      record: (...reading) => soon(() => parameters.record(...reading)),
    },
    control: { read: (markets) => soon(() => control.read(markets)) },
    hedges: {
      open: (intent) => soon(() => hedges.open(intent)),
      read: (market) => soon(() => hedges.read(market)),
    },
    halts: { put: (halt) => soon(() => halts.put(halt)) },
    events: { put: (event) => soon(() => events.put(event)) },
  };
}

const READ_MS = 5 * GROUP_BOUNDS.storeLimitMs;
