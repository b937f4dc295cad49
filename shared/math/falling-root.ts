/**
 * Where a falling function crosses zero between `low`, where it is above, and `high`, where it is
 * not: Newton's method, halving the bracket whenever it would leave it. A value that is not above
 * zero says "too far", whatever the slope. Source: W. Press et al., Numerical Recipes, 3rd ed.
 * (2007), section 9.4 (rtsafe). Typically 5-8 evaluations, at most 100.
 */
export function fallingRoot(
  evaluate: (x: number) => { readonly value: number; readonly slope: number },
  low: number,
  high: number,
): number {
  const tolerance = 2 * Number.EPSILON * (Math.abs(low) + Math.abs(high));
  let [below, above, x] = [low, high, low];
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const { value, slope } = evaluate(x);
    if (value > 0) below = x;
    else above = x;
    const newton = x - value / slope;
    const next = newton > below && newton < above ? newton : (below + above) / 2;
    if (Math.abs(newton - x) <= tolerance || next === x) return x;
    x = next;
  }
  return below;
}

const MAX_STEPS = 100;
