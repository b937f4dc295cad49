import type { EpochMs } from '../../domain/units.ts';
import type { MarketId } from '../../domain/venue/market-id.ts';
import type { Clock } from '../../ports/clock.ts';

/** A promise that was broken. */
export interface Violation {
  readonly market: MarketId;
  readonly at: EpochMs;
  readonly what: string;
}

export interface Violations {
  /** Something was looked at, and holds unless `what` says how it does not. */
  check(market: MarketId, promise: string, what: string | undefined): void;
  readonly all: () => readonly Violation[];
  readonly checks: () => number;
}

/** Once a market and promise: what is broken stays so for a while. */
export function createViolations({ now }: Pick<Clock, 'now'>): Violations {
  const violations: Violation[] = [];
  const said = new Set<string>();
  let checks = 0;
  return {
    check(market, promise, what) {
      checks += 1;
      const name = `${market} ${promise}`;
      if (what === undefined || said.has(name)) return;
      said.add(name);
      violations.push({ market, at: now(), what });
    },
    all: () => violations,
    checks: () => checks,
  };
}
