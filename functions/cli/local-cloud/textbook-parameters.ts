import type { MarketFeed } from '#shared/simulator/feed/feed.ts';
import { type ParameterItems, readParametersFile } from './parameters-file.ts';

/**
 * What `npm start` trades with unless it is given --params: the figures of the source text S1 (5
 * bps, hedge above 500 USD), which knows no regimes and no signals, with quotes of which two in a
 * row call for a hedge. The built-in defaults are calmer: they can go an hour without anything to
 * hedge.
 */
export const TEXTBOOK_PARAMETERS: ParameterItems = {
  DEFAULT: {
    spreadModel: 'fixed',
    baseSpreadBps: 5,
    quoteSizeUsd: 300,
    hedgeThresholdUsd: 500,
    sizeMultipliers: [1, 1, 1],
    flowGain: 0,
    micropriceWeight: 0,
  },
};

/**
 * The parameters of a file for these markets, or the textbook's. @throws InputError in one line
 * when the file is not right.
 */
export const parametersOrTextbook = (
  path: string | undefined,
  feeds: readonly MarketFeed[],
): ParameterItems =>
  path === undefined
    ? TEXTBOOK_PARAMETERS
    : readParametersFile(
        path,
        feeds.map(({ spec }) => spec.symbol),
      );
