import type { DecisionRecord } from '#shared/market/output.ts';
import type { HaltCause } from '#shared/domain/trading/halt.ts';
import type { MarketSymbol } from '#shared/domain/venue/market.ts';
import type { EpochMs } from '#shared/domain/units.ts';

/** A decision that trading must end until a person says otherwise. */
export interface HaltSeen {
  readonly market: MarketSymbol;
  readonly at: EpochMs;
  readonly cause: HaltCause;
  readonly text: string;
}

/** Why decisions were what they were: how many gave this reason, and its words the last time. */
export interface ReasonCount {
  readonly code: string;
  readonly decisions: number;
  readonly text: string;
}

/** What the decisions of a run said, for whoever asks why nothing came of them. */
export interface DecisionTally {
  decided(made: DecisionRecord): void;
  /** In the order they happened, each market once. */
  readonly halts: () => readonly HaltSeen[];
  readonly decisions: (market: MarketSymbol) => number;
  /** Of the decisions to quote nothing, the most frequent first. */
  readonly whyNothing: (market: MarketSymbol) => readonly ReasonCount[];
}

interface Tally {
  decisions: number;
  readonly reasons: Map<string, ReasonCount>;
}

export function createDecisionTally(): DecisionTally {
  const tallies = new Map<MarketSymbol, Tally>();
  const halts = new Map<MarketSymbol, HaltSeen>();
  return {
    decided({ view, decision }) {
      const market = view.spec.symbol;
      const tally = tallies.get(market) ?? { decisions: 0, reasons: new Map() };
      tallies.set(market, tally);
      tally.decisions += 1;
      if (decision.kind === 'halt' && !halts.has(market))
        halts.set(market, { market, at: view.now, ...decision.order });
      if (decision.kind !== 'quote') countReasons(tally, decision.reasons);
    },
    halts: () => [...halts.values()],
    decisions: (market) => tallies.get(market)?.decisions ?? 0,
    // Of the equally frequent the later ones first: guardrails speak after signals.
    whyNothing: (market) =>
      [...(tallies.get(market)?.reasons.values() ?? [])]
        .toReversed()
        .toSorted((one, other) => other.decisions - one.decisions),
  };
}

/** Several quotes may give the same reason: it is one decision all the same. */
function countReasons({ reasons }: Tally, given: DecisionRecord['decision']['reasons']): void {
  for (const { code, text } of new Map(given.map((each) => [each.code, each])).values())
    reasons.set(code, { code, text, decisions: (reasons.get(code)?.decisions ?? 0) + 1 });
}
