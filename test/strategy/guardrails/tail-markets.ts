import type { TimedMid } from '#shared/domain/venue/view.ts';
import { seededRandom } from '#shared/math/random.ts';
import {
  limitTailRisk,
  NO_TAIL_RISK,
  type TailState,
} from '#shared/strategy/guardrails/tail-risk/tail-limiter.ts';
import { TAIL_SETTINGS } from '#shared/strategy/guardrails/tail-risk/tail-settings.ts';
import { codesOf } from '../decisions.ts';

export const START = Date.UTC(2026, 0, 5);
export const GRID = TAIL_SETTINGS.gridMs;
/** Of a return over one grid step: 1 bps per square root of a second. */
const STEP_SIGMA = 1e-4 * Math.sqrt(GRID / 1000);

export type Mids = Record<string, TimedMid>;

export interface Market {
  readonly state: TailState;
  readonly mids: Mids;
  readonly now: number;
}

export const nameOf = (index: number): string => `M${index}-PERP`;

export const opened = (count: number, price = 100): Market => ({
  state: NO_TAIL_RISK,
  mids: Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      nameOf(index),
      { mid: price * (index + 1), at: START },
    ]),
  ),
  now: START,
});

/**
 * One grid step: each market's return in units of `STEP_SIGMA`; undefined is a market without data.
 */
export function stepped(
  { state, mids, now }: Market,
  move: (index: number) => number | undefined,
  settings = TAIL_SETTINGS,
): Market {
  const next = now + GRID;
  const shown: Mids = {};
  const all: Mids = { ...mids };
  for (const [index, [name, { mid }]] of Object.entries(mids).entries()) {
    const sigmas = move(index);
    if (sigmas === undefined) continue;
    shown[name] = all[name] = {
      mid: mid * Math.exp(sigmas * STEP_SIGMA),
      at: next - (index % 3) * 100,
    };
  }
  return { state: limitTailRisk(state, shown, next, settings), mids: all, now: next };
}

/** Returns of a common factor and a private one: pairwise correlation rho. */
export function drifted(market: Market, steps: number, rho: number, seed: number): Market {
  const random = seededRandom(`tail/${seed}`);
  let after = market;
  for (let step = 0; step < steps; step += 1) {
    const common = random.normal();
    after = stepped(after, () => Math.sqrt(rho) * common + Math.sqrt(1 - rho) * random.normal());
  }
  return after;
}

export const calm = (count = 12): Market => drifted(opened(count), 360, 0.3, 1);

export const codes = ({ state }: Market): readonly string[] => codesOf(state);
