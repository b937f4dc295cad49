/**
 * (1 / gamma) ln(1 + gamma / k): what a quote earns for waiting when trades that reach a distance
 * d arrive at A exp(-k d). 1/k at gamma = 0.
 * Units: that of 1/k.
 * Source: M. Avellaneda, S. Stoikov, Quant. Finance 8 (2008), eqs. 2.14-2.17.
 */
export const arrivalPremium = (gamma: number, k: number): number => logRatio(gamma / k) / k;

/** ln(1 + x) / x, and its limit 1 at 0. */
export const logRatio = (x: number): number => (x === 0 ? 1 : Math.log1p(x) / x);
