import type { MarketEvent } from '../../../domain/trading/market-event.ts';
import type { MarketId } from '../../../domain/venue/market-id.ts';
import type { EpochMs } from '../../../domain/units.ts';
import type { MarketState } from '../../../market/state.ts';
import type { Log } from '../../../ports/log.ts';
import { GROUP_BOUNDS } from '../bounds.ts';
import type { GroupDeps, StepRecord } from '../group-deps.ts';

/** What a market heard lately, from a state on that it can be heard again from. */
export interface EventRing {
  heard(stepped: Pick<StepRecord, 'event' | 'at' | 'before'>): void;
  /** Writes it to the log, once, and begins anew. */
  write(why: string): void;
}

interface Stretch {
  readonly from: EpochMs;
  readonly state: MarketState;
  readonly events: { readonly at: EpochMs; readonly event: MarketEvent }[];
}

/**
 * Two stretches of a minute at most, so that there is always a whole minute before now. Hearing
 * costs one entry in a list; what it takes to write is paid when something went wrong.
 */
export function createEventRing({ log }: Pick<GroupDeps, 'log'>, market: MarketId): EventRing {
  let stretches: readonly Stretch[] = [];
  return {
    heard({ event, at, before }) {
      let current = stretches.at(-1);
      if (current === undefined || isFull(current, at)) {
        current = { from: at, state: before, events: [] };
        stretches = [...stretches.slice(-1), current];
      }
      current.events.push({ at, event });
    },
    write(why) {
      writeDown(log, market, why, stretches);
      stretches = [];
    },
  };
}

const isFull = ({ from, events }: Stretch, at: EpochMs): boolean =>
  at - from >= GROUP_BOUNDS.ringMs || events.length >= GROUP_BOUNDS.ringEvents;

/** As much as a log line may hold: both stretches, else the newest, else its last events alone. */
function writeDown(log: Log, market: MarketId, why: string, all: readonly Stretch[]): void {
  const [newest] = all.slice(-1);
  if (newest === undefined) return;
  for (const some of [all, [newest]]) {
    const text = asText({ state: some[0]?.state, events: some.flatMap(({ events }) => events) });
    if (text.length > GROUP_BOUNDS.ringChars) continue;
    log.error('what was heard before', { market, why, record: text });
    return;
  }
  const last: string[] = [];
  let left: number = GROUP_BOUNDS.ringChars;
  for (const one of newest.events.toReversed()) {
    const text = asText(one);
    left -= text.length + 1;
    if (left < 0) break;
    last.unshift(text);
  }
  const cut = newest.events.length - last.length;
  log.error('what was heard before', {
    market,
    why,
    cut,
    record: `{"events":[${last.join(',')}]}`,
  });
}

/** A map is written as its entries. */
const asText = (value: unknown): string =>
  JSON.stringify(value, (_key, one: unknown) => (one instanceof Map ? { map: [...one] } : one));
