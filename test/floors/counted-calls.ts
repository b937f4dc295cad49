import type { GroupDeps } from '#shared/cycles/requote/group-deps.ts';

export interface Call {
  readonly what: string;
  readonly at: number;
}

/** The same dependencies, and every call of them as it was made. */
export function counted(deps: GroupDeps, storeMs: number): { deps: GroupDeps; calls: Call[] } {
  const calls: Call[] = [];
  const wrap = <Port extends object>(port: Port, name: string, delayMs: number): Port =>
    new Proxy(port, {
      get: (target, key) => {
        const member: unknown = Reflect.get(target, key);
        if (typeof member !== 'function') return member;
        return async (...args: unknown[]) => {
          calls.push({ what: `${name}.${String(key)}`, at: deps.clock.now() });
          if (delayMs > 0) await deps.clock.sleep(delayMs);
          return Reflect.apply(member, target, args) as unknown;
        };
      },
    });
  const { venue } = deps;
  return {
    calls,
    deps: {
      ...deps,
      leases: wrap(deps.leases, 'leases', storeMs),
      sessions: wrap(deps.sessions, 'sessions', storeMs),
      ledger: wrap(deps.ledger, 'ledger', storeMs),
      parameters: wrap(deps.parameters, 'parameters', storeMs),
      control: wrap(deps.control, 'control', storeMs),
      hedges: wrap(deps.hedges, 'hedges', storeMs),
      halts: wrap(deps.halts, 'halts', storeMs),
      venue: {
        ...venue,
        data: wrap(venue.data, 'data', 0),
        execution: wrap(venue.execution, 'execution', 0),
        history: wrap(venue.history, 'history', 0),
      },
    },
  };
}

/** When something was called. */
export const ofKind = (calls: readonly Call[], what: string): readonly number[] =>
  calls.filter((call) => call.what === what).map(({ at }) => at);
