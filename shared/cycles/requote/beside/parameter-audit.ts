import type { MarketId } from '../../../domain/venue/market-id.ts';
import type { ParameterReading } from '../../../domain/parameters/parameter-reading.ts';
import type { Parameters } from '../../../domain/parameters/parameters.ts';
import { changesOf } from '../../../market/answers/control-answers.ts';
import type { GroupDeps } from '../group-deps.ts';

/**
 * Keeps every version of parameters once, in their order: what it changed, or why it was refused.
 */
export interface ParameterAudit {
  note(market: MarketId, reading: ParameterReading, before: Parameters | undefined): Promise<void>;
}

/** A version that could not be kept is tried again with the next reading. */
export function createParameterAudit({
  parameters,
  clock,
  log,
}: Pick<GroupDeps, 'parameters' | 'clock' | 'log'>): ParameterAudit {
  const recorded = new Map<MarketId, string>();
  const last = new Map<MarketId, Promise<void>>();
  const keep: ParameterAudit['note'] = async (market, reading, before) => {
    if (recorded.get(market) === reading.version) return;
    const isChange = reading.kind === 'accepted' && before !== undefined;
    const changes = isChange ? changesOf(before, reading.values) : [];
    try {
      await parameters.record(market, reading, clock.now(), changes);
      recorded.set(market, reading.version);
    } catch (error) {
      log.warn('the audit of parameters was not written', { market, problem: String(error) });
    }
  };
  return {
    note(market, reading, before) {
      const kept = (last.get(market) ?? Promise.resolve()).then(() =>
        keep(market, reading, before),
      );
      last.set(market, kept);
      return kept;
    },
  };
}
