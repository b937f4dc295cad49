import type { Halt } from '../../domain/trading/halt.ts';
import { MINUTE_MS } from '../../domain/time.ts';
import { type EpochMs, epochMs } from '../../domain/units.ts';
import type { MarketMark } from '../../domain/venue/market-mark.ts';
import { noteHaltFact } from '../put-halt.ts';
import type { WatchdogDeps } from './watchdog-deps.ts';

/**
 * The limits count anew from the lifting of a halt, and a mark whose limits began before it says
 * nothing of them: until somebody has begun again, a person who lifted it is not overruled.
 */
export async function wasHaltedSince(
  { ledger }: Pick<WatchdogDeps, 'ledger'>,
  { market, at, limitsSince }: MarketMark,
  now: EpochMs,
): Promise<boolean> {
  const facts = await ledger.read(market, epochMs(at - MINUTE_MS), epochMs(now + 1));
  return facts.some(({ entry }) => entry.kind === 'halt' && entry.halt.at >= limitsSince);
}

/**
 * Sees to it that the ledger knows of a halt that is in force, also of one that a person wrote or
 * whose writer died: once it is lifted nothing else tells of it.
 */
export async function noteHalt(
  deps: Pick<WatchdogDeps, 'ledger' | 'log' | 'clock'>,
  halt: Halt,
  mark: MarketMark | undefined,
): Promise<void> {
  const now = deps.clock.now();
  if (mark === undefined || (await wasHaltedSince(deps, mark, now))) return;
  // Of its own time, or of the limits' that began while it was in force: one fact for each.
  await noteHaltFact(deps, {
    ...halt,
    at: epochMs(Math.max(halt.at ?? mark.at, mark.limitsSince)),
  });
}
