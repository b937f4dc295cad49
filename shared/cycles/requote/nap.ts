import type { Clock } from '../../ports/clock.ts';
import type { MarketShift } from './market-shift.ts';
import type { Shift } from './lease/shift.ts';

/** Sleeps, but no longer than until something about the shift changes. */
export async function nap(
  { clock }: { readonly clock: Clock },
  shift: Pick<Shift, 'change'>,
  ms: number,
): Promise<void> {
  await Promise.race([clock.sleep(ms), shift.change()]);
}

/** So long, but no longer than there is a reason to. */
export async function restWhile(
  goesOn: () => boolean,
  { deps, shift }: Pick<MarketShift, 'deps' | 'shift'>,
  ms: number,
): Promise<void> {
  const restUntil = deps.clock.now() + ms;
  while (deps.clock.now() < restUntil && goesOn())
    await nap(deps, shift, restUntil - deps.clock.now());
}
