import type { Parameters } from '../../domain/parameters/parameters.ts';
import type { Reason } from '../../domain/reason.ts';
import type { Look } from '../memory.ts';
import { readAll, type Readings, reasonsOf, type SignalStates } from './registry.ts';
import { byRegime } from './volatility.ts';

/** Everything the signals say of one look; the factors only ever widen and shrink. */
export interface Signals {
  /** What each of them says. */
  readonly readings: Readings;
  /** What the price is taken to be: our mid, moved towards the microprice and a reference. */
  readonly fairValue: number;
  /** Factor of thin books, of quotes filled at once and of bad markouts on the spread. */
  readonly widening: number;
  /** Factor of the volatility regime and of bad markouts on every size. */
  readonly sizeFactor: number;
  readonly delayUpToMs: number;
  readonly reasons: readonly Reason[];
}

/** What all signals say of a look together, by what they knew before and know now (A10-A18). */
export function readSignals(
  states: SignalStates,
  look: Look<keyof Parameters>,
  before: SignalStates,
): Signals {
  const readings = readAll(states, look, before);
  const { volatility, depth, toxicity, markout, micro, reference } = readings;
  const { micropriceWeight, sizeMultipliers } = look.parameters;
  return {
    readings,
    fairValue: reference.fairValue + micropriceWeight * (micro.price - look.book.mid),
    widening: depth.widening * toxicity.widening * markout.spreadFactor,
    sizeFactor: byRegime(sizeMultipliers, volatility) * markout.sizeFactor,
    delayUpToMs: toxicity.delayUpToMs,
    reasons: reasonsOf(readings),
  };
}
