/** The process is gone: nothing it asks for after this happens. */
export class Killed extends Error {
  override readonly name = 'Killed';
}

export interface KillPoint {
  /** The n-th call to anything outside (from 0). */
  readonly call: number;
  /** Whether that call still takes effect. */
  readonly when: 'before' | 'after';
}

/**
 * The same dependencies, until the process is killed at the given call. From then on every call
 * fails and nothing happens.
 */
export function untilKilled<Deps extends object>(deps: Deps, kill: KillPoint | undefined): Deps {
  if (kill === undefined) return deps;
  let calls = 0;
  let dead = false;
  const guarded =
    (call: (...args: unknown[]) => unknown) =>
    async (...args: unknown[]) => {
      if (dead) throw new Killed();
      const mine = calls;
      calls += 1;
      if (mine !== kill.call) return call(...args);
      dead = true;
      if (kill.when === 'after') await call(...args);
      throw new Killed();
    };
  const wrap = (port: object): object =>
    new Proxy(port, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name);
        return typeof member === 'function'
          ? guarded((...args) => Reflect.apply(member, target, args))
          : member;
      },
    });
  // Telling the time and writing a log line cannot be killed in between, and a list or a name is no call.
  const kept = new Set(['clock', 'log', 'metrics', 'peerMarkets', 'deployment']);
  return Object.fromEntries(
    Object.entries(deps).map(([name, port]) => [
      name,
      kept.has(name) ? port : wrap(port as object),
    ]),
  ) as Deps;
}
