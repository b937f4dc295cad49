import type { DomainEvent } from '../../domain/domain-event.ts';
import { fingerprint } from '../../domain/fingerprint.ts';
import type { MarketId } from '../../domain/venue/market-id.ts';
import type { QuotingTally } from '../../domain/trading/session.ts';
import type { EpochMs } from '../../domain/units.ts';
import type { CallWatch } from './vendor-client.ts';

/** What one bot did in one market. */
export interface BotTally {
  readonly watch: CallWatch;
  requests(): number;
  quoting(): QuotingTally;
  /** One for each hedge that traded. */
  hedges(): readonly DomainEvent[];
}

export function createBotTally(market: MarketId, now: () => EpochMs): BotTally {
  const hedges: DomainEvent[] = [];
  let requests = 0;
  let quotesPlaced = 0;
  let decisionsHash = '';
  return {
    watch: {
      asked(request) {
        requests += 1;
        decisionsHash = fingerprint(request, decisionsHash);
      },
      placed(quotes) {
        quotesPlaced += quotes;
      },
      hedged({ usd, inventoryUsd }) {
        hedges.push({
          type: 'HedgeCompleted',
          market,
          hedgeId: String(hedges.length + 1),
          outcome: 'hedged',
          reducedUsd: usd,
          inventoryUsd,
          at: now(),
        });
      },
    },
    requests: () => requests,
    quoting: () => ({ quotesPlaced, decisionsHash }),
    hedges: () => hedges,
  };
}
