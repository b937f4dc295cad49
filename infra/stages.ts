import type { StageSettings } from '#shared/schema/deployment.ts';

/**
 * What may be deployed. The base URL of a venue is not written here by default, since there is no
 * default live URL: write it down once it is known, or every `cdk deploy` without `-c
 * venueBaseUrl=...` takes it away again.
 */
export const stages: Readonly<Record<string, StageSettings>> = {
  paper: {
    venues: { 'purple-flea': { fundingIntervalHours: 8 } },
    markets: [
      { symbol: 'BTC-PERP', venue: 'purple-flea' },
      { symbol: 'ETH-PERP', venue: 'purple-flea' },
    ],
  },
};
