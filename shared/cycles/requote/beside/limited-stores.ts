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

/** The same port, each call of which has so long. */
const limited = <Port extends object>(
  deps: { readonly clock: Clock },
  limitMs: number,
  port: Port,
): Port =>
  new Proxy(port, {
    get(target, name) {
      const call: unknown = Reflect.get(target, name);
      if (typeof call !== 'function') return call;
      return (...args: unknown[]) =>
        withLimit(deps, limitMs, async () => Reflect.apply(call, target, args) as unknown);
    },
  });

/**
 * The same dependencies, with a short time for every call of a store or the bus: one that hangs has
 * failed, so that the venue is never left alone with our quotes because a table is slow. What
 * was given up may still have happened: every write bears its own condition or name.
 */
export function withStoreLimits(deps: GroupDeps): GroupDeps {
  const ttlMs = leaseTtlMs(deps.venue.execution.can.arrivesWithinMs);
  const limitMs = Math.min(GROUP_BOUNDS.storeLimitMs, ttlMs / 4);
  const soon = <Port extends object>(port: Port): Port => limited(deps, limitMs, port);
  const { ledger } = deps;
  return {
    ...deps,
    leases: soon(deps.leases),
    sessions: soon(deps.sessions),
    ledger: {
      ...soon(ledger),
      // Up to a month of facts, when a session has to be rebuilt from them.
      read: (...range) => withLimit(deps, READ_MS, () => ledger.read(...range)),
    },
    parameters: soon(deps.parameters),
    control: soon(deps.control),
    hedges: soon(deps.hedges),
    halts: soon(deps.halts),
    events: soon(deps.events),
  };
}

const READ_MS = 5 * GROUP_BOUNDS.storeLimitMs;
