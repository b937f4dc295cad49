import type { MarketId } from '../../domain/venue/market-id.ts';
import type { Control, ControlStore } from '../../ports/stores/control-store.ts';
import type { HaltStore } from '../../ports/stores/halt-store.ts';
import type { TiltStore } from '../../ports/stores/tilt-store.ts';
import { createParameterReader } from '../../schema/parameters/parameter-items.ts';
import type { MemoryParameterStore } from './parameter-store.ts';

export interface MemoryControlSources {
  readonly parameters: Pick<MemoryParameterStore, 'items'>;
  readonly tilts: Pick<TiltStore, 'read'>;
  readonly halts: Pick<HaltStore, 'read'>;
}

/** Parameters, tilts and halts of the stores beside it, at once. */
export function createMemoryControlStore({
  parameters,
  tilts,
  halts,
}: MemoryControlSources): ControlStore {
  const readParameters = createParameterReader();
  const controlOf = async (market: MarketId): Promise<Control> => {
    const { reading, unread } = readParameters(market, parameters.items());
    const [tilt, halt] = await Promise.all([tilts.read(market), halts.read(market)]);
    return { parameters: reading, tilt, halt, unread };
  };
  return {
    read: async (markets) =>
      new Map(
        await Promise.all(
          markets.map(async (market) => [market, await controlOf(market)] as const),
        ),
      ),
  };
}
