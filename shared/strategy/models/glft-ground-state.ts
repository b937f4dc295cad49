import { fallingRoot } from '../../math/falling-root.ts';

export interface GlftGroundState {
  /**
   * The matrix it belongs to, in units of its neighbours' entries: diagonal curvature q^2 - tilt q
   * for q = -maxInventory .. maxInventory, neighbours -1.
   */
  readonly curvature: number;
  readonly tilt: number;
  readonly maxInventory: number;
  /**
   * ln(f(q) / f(q + 1)) for q = -maxInventory .. maxInventory - 1: ratios, because f itself
   * underflows far from its peak.
   */
  readonly logRatios: readonly number[];
}

/**
 * Eigenvector of the smallest eigenvalue: eliminated from both ends towards the peak, which never
 * loses digits, with Newton's method on what is left in the middle to find the eigenvalue.
 * `curvature` and `tilt` must not be negative. Source: twisted factorisation, K. Fernando, "On
 * computing an eigenvector of a tridiagonal matrix", SIAM J. Matrix Anal. Appl. 18 (1997).
 */
export function glftGroundState(
  curvature: number,
  tilt: number,
  maxInventory: number,
): GlftGroundState {
  const peak = tilt === 0 ? 0 : Math.min(maxInventory, Math.round(tilt / (2 * curvature)));
  const diagonal = (q: number): number => (curvature * q - tilt) * q;
  /**
   * Elimination from the left up to the peak and from the right down to it: pivots of q < peak,
   * then those of q > peak.
   */
  const pivots = Array.from({ length: 2 * maxInventory }, () => 0);
  const eliminate = (
    from: number,
    direction: 1 | -1,
    eigenvalue: number,
  ): { readonly carried: number; readonly weight: number } => {
    let [carried, weight] = [0, 0];
    for (let q = from; q !== peak; q += direction) {
      const pivot = diagonal(q) - eigenvalue - carried;
      // A pivot that is not positive says the eigenvalue was guessed too high.
      if (!(pivot > 0)) return { carried: Infinity, weight: 0 };
      pivots[direction === 1 ? q + maxInventory : q + maxInventory - 1] = pivot;
      carried = 1 / pivot;
      weight = (1 + weight) * carried * carried;
    }
    return { carried, weight };
  };
  const evaluate = (eigenvalue: number): { readonly value: number; readonly slope: number } => {
    const left = eliminate(-maxInventory, 1, eigenvalue);
    const right = eliminate(maxInventory, -1, eigenvalue);
    return {
      value: diagonal(peak) - eigenvalue - left.carried - right.carried,
      slope: -1 - left.weight - right.weight,
    };
  };
  evaluate(fallingRoot(evaluate, diagonal(peak) - 2, diagonal(peak)));
  const logRatios = pivots.map((pivot, index) =>
    index < peak + maxInventory ? -Math.log(pivot) : Math.log(pivot),
  );
  return { curvature, tilt, maxInventory, logRatios };
}
