import { MINUTE_MS } from '../../domain/time.ts';
import { epochMs } from '../../domain/units.ts';
import type { MarketId } from '../../domain/venue/market-id.ts';
import type { DirectDeps } from '../direct-floor.ts';
import type { World } from '../host.ts';
import type { FaultSource } from './fault-source.ts';

const LONGEST_MS = 4 * MINUTE_MS;

/** Once a minute somebody may do something to a market, and takes it back some minutes later. */
export function peopleAt(world: World, deps: DirectDeps, faults: FaultSource): void {
  const { clock, markets } = world;
  const busy = new Set<MarketId>();
  const later = (ms: number, act: () => void | Promise<unknown>): void =>
    clock.at(epochMs(clock.now() + ms), 'people', async () => void (await act()));
  const write = (market: MarketId, attributes: Readonly<Record<string, unknown>>): void =>
    deps.parameters.put(market, { ...world.parameters[market], ...attributes });

  function meddle(market: MarketId): void {
    const did = faults.among(['switched-off', 'halted-by-hand', 'edit-refused'], market);
    if (did === undefined) return;
    busy.add(market);
    if (did === 'switched-off') write(market, { mode: 'off' });
    if (did === 'edit-refused') write(market, { baseSpreadBps: 'wide' });
    if (did === 'halted-by-hand')
      void deps.halts.put({
        market,
        cause: 'by hand',
        text: '',
        at: clock.now(),
        netPnlUsd: undefined,
      });
    later(faults.between(MINUTE_MS, LONGEST_MS), async () => {
      busy.delete(market);
      write(market, {});
      const by = { by: 'people', reason: 'seen', at: clock.now() };
      if (did === 'halted-by-hand') await deps.halts.lift(market, by);
    });
  }
  const minute = (): void => {
    for (const market of markets) if (!busy.has(market)) meddle(market);
    later(MINUTE_MS, minute);
  };
  later(MINUTE_MS, minute);
}
