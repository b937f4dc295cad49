import type { Clock } from '../../ports/clock.ts';
import type { Shift } from './shift.ts';

/** Sleeps, but no longer than until something about the shift changes. */
export async function nap(
  { clock }: { readonly clock: Clock },
  shift: Pick<Shift, 'change'>,
  ms: number,
): Promise<void> {
  await Promise.race([clock.sleep(ms), shift.change()]);
}
