import { YEAR_MS } from '../../domain/time.ts';
import type { Random } from '../../math/random.ts';
import type { SyntheticCoin } from './coins.ts';
import { jumpHazardPerMs, type Regime, regimePath } from './regime.ts';

/** What the coin is worth, which only informed traders know. */
export interface EfficientPrice {
  /** @returns whether it jumped on the way */
  advanceTo(elapsedMs: number): boolean;
  price(): number;
  regime(): Regime;
}

/** The price moves this often; between two moves it stands still. */
const STEP_MS = 100;
/**
 * Share of a coin's variance that is the whole market's. It is also the correlation of any two
 * coins.
 */
const COMMON_SHARE = 0.7;
/** Standard deviation of the logarithm of a jump, of BTC. */
const JUMP_SIZE = 0.001;

/**
 * A random walk in the logarithm with regime-switching volatility and jumps (R. C. Merton (1976),
 * "Option pricing when underlying stock returns are discontinuous"), without drift, one part of it
 * common to every coin (a one-factor model). `market` must be the same stream for every coin of a
 * seed: then their common parts are the same, step for step.
 */
export function efficientPrice(coin: SyntheticCoin, market: Random, own: Random): EfficientPrice {
  const regimeAt = regimePath(market.fork('regime'));
  const commonPart = walk(market.fork('walk'), Math.sqrt(COMMON_SHARE));
  const ownPart = walk(own.fork('walk'), Math.sqrt(1 - COMMON_SHARE));
  const commonJumps = jumps(market.fork('jumps'), COMMON_SHARE);
  const ownJumps = jumps(own.fork('jumps'), 1 - COMMON_SHARE);
  let [reachedMs, logMove] = [0, 0];
  let regime = regimeAt(0);

  return {
    advanceTo(elapsedMs) {
      let jumped = 0;
      while (reachedMs + STEP_MS <= elapsedMs) {
        reachedMs += STEP_MS;
        regime = regimeAt(reachedMs);
        const jump = commonJumps(regime) + ownJumps(regime);
        if (jump !== 0) jumped += 1;
        logMove += coin.volatilityScale * (commonPart(regime) + ownPart(regime) + jump);
      }
      return jumped > 0;
    },
    price: () => coin.startPrice * Math.exp(logMove),
    regime: () => regime,
  };
}

const STEP_OF_YEAR = Math.sqrt(STEP_MS / YEAR_MS);

const walk = (random: Random, weight: number): ((regime: Regime) => number) => {
  const scale = weight * STEP_OF_YEAR;
  return (regime) => scale * regime.volatility * random.normal();
};

/**
 * A jump falls due when the hazard passed since the last one reaches a draw: one draw per jump, not
 * one per step.
 */
function jumps(random: Random, share: number): (regime: Regime) => number {
  let hazardLeft = random.exponential(1);
  return (regime) => {
    hazardLeft -= share * jumpHazardPerMs(regime) * STEP_MS;
    if (hazardLeft > 0) return 0;
    hazardLeft = random.exponential(1);
    return JUMP_SIZE * random.normal();
  };
}
