import { InputError } from '#shared/domain/failure.ts';
import type { Fees, MarketSymbol } from '#shared/domain/venue/market.ts';
import type { EpochMs } from '#shared/domain/units.ts';
import { resolveMarketName, symbolIn } from '#shared/schema/market-name.ts';
import type { MarketFeed } from '#shared/simulator/feed/feed.ts';
import { SIMULATED_VENUE } from '#shared/simulation/simulate.ts';
import { checkedTapeFeeds, syntheticFeeds, tapeFeeds } from './exchange-feeds.ts';

const SYNTHETIC: readonly MarketSymbol[] = ['BTC-PERP', 'ETH-PERP', 'SOL-PERP'];
const SYNTHETIC_BY_DEFAULT = ['BTC-PERP', 'ETH-PERP'];

/**
 * Recorded markets, those that --markets names or all of them, the beginning of each tape read before.
 * @throws InputError in one line
 */
export function chosenTapeFeeds(
  paths: readonly string[],
  written: readonly string[] | undefined,
  fees: Fees,
): readonly MarketFeed[] {
  if (written === undefined) return checkedTapeFeeds(paths, undefined, fees);
  const recorded = tapeFeeds(paths, undefined, fees).map(({ spec }) => spec.symbol);
  return checkedTapeFeeds(paths, chosen(written, recorded), fees);
}

/** Made-up markets that begin at `startsAt`. @throws InputError in one line */
export const chosenSyntheticFeeds = (
  written: readonly string[] = SYNTHETIC_BY_DEFAULT,
  seed: number,
  startsAt: EpochMs,
  fees: Fees,
): readonly MarketFeed[] => syntheticFeeds(chosen(written, SYNTHETIC), seed, startsAt, fees);

function chosen(
  written: readonly string[],
  symbols: readonly MarketSymbol[],
): readonly MarketSymbol[] {
  const ids = symbols.map((symbol) => `${SIMULATED_VENUE}/${symbol}`);
  const named = written.map((name) => {
    const found = resolveMarketName(name, ids);
    if (!found.ok) throw new InputError(`--markets: ${found.failure}`);
    return symbolIn(found.value);
  });
  const repeated = named.find((symbol, index) => named.indexOf(symbol) !== index);
  if (repeated === undefined) return named;
  throw new InputError(`--markets names ${repeated} twice; allowed: each market once`);
}
