import type { Clock } from '../../ports/clock.ts';

/** Where a process dies: at its n-th call to anything outside (from 0). */
export interface KillPoint {
  readonly call: number;
  /** Whether that call still takes effect. */
  readonly when: 'before' | 'after';
}

/** One invocation's process: it can die or stand still, and what it called goes on without it. */
export interface Process {
  /** The same dependencies as this process uses them. */
  inside<Deps extends { readonly clock: Clock }>(deps: Deps): Deps;
  /** From now on nothing it does happens, and nothing it waits for comes. */
  kill(): void;
  /** Nothing it waits for comes until it is thawed; then all of it, in order. */
  freeze(): void;
  thaw(): void;
  isDead(): boolean;
  /** Calls so far, sleeps left out. */
  calls(): number;
}

const never = new Promise<never>(() => undefined);

/** Dies at that call, if it gets so far; `died` is told. */
export function aProcess(kill?: KillPoint, died: () => void = () => undefined): Process {
  let dead = false;
  const die = (): void => {
    dead = true;
    died();
  };
  let thawed: PromiseWithResolvers<void> | undefined;
  let calls = 0;
  /** An answer reaches only who is alive and awake. */
  const reaching = async <T>(answer: Promise<T>): Promise<T> => {
    const settle = await answer.then(
      (value) => () => value,
      (error: unknown) => () => {
        throw error;
      },
    );
    await thawed?.promise;
    return dead ? never : settle();
  };
  const called = (call: () => unknown): Promise<unknown> => {
    if (dead) return never;
    const mine = calls;
    calls += 1;
    const isLast = mine === kill?.call;
    if (isLast && kill.when === 'before') {
      die();
      return never;
    }
    const answer = reaching(Promise.resolve(call()));
    if (isLast) die();
    return answer;
  };
  const wrap = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name);
        if (typeof member === 'function')
          return (...args: unknown[]) =>
            called(() => Reflect.apply(member, target, args) as unknown);
        return isPart(name) && typeof member === 'object' && member !== null
          ? wrap(member)
          : member;
      },
    });
  return {
    inside(deps) {
      const { clock } = deps;
      const own: Clock = {
        now: clock.now,
        sleep: (ms) => (dead ? never : reaching(clock.sleep(ms))),
      };
      return new Proxy(deps, {
        get(target, name) {
          if (name === 'clock') return own;
          const port: unknown = Reflect.get(target, name);
          return KEPT.has(name) || typeof port !== 'object' || port === null ? port : wrap(port);
        },
      });
    },
    kill: die,
    freeze() {
      thawed = Promise.withResolvers();
    },
    thaw() {
      thawed?.resolve();
      thawed = undefined;
    },
    isDead: () => dead,
    calls: () => calls,
  };
}

/** Telling the time, a line in a log and a figure are no calls. */
const KEPT: ReadonlySet<string | symbol> = new Set(['log', 'metrics', 'watch', 'deployment']);

/** A connected venue has parts that are called. */
const isPart = (name: string | symbol): boolean =>
  name === 'data' || name === 'execution' || name === 'history';
