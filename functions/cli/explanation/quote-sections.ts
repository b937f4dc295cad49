import type { DecisionRecord } from '#shared/market/output.ts';
import type { MarketView } from '#shared/domain/venue/view.ts';
import { ratioToBps } from '#shared/domain/units.ts';
import {
  type Decision,
  type DecisionStages,
  type DecisionWithBook,
  wantedOf,
} from '#shared/strategy/decision.ts';
import type { DraftQuote } from '#shared/strategy/quotes/draft.ts';
import { bps, type Line, plain, short, usd } from '#shared/strategy/shown.ts';
import { seconds, type Section } from './figures.ts';

/** What would rest if nothing held us back. */
export const ladderSection = ({ drafted }: DecisionStages, view: MarketView): Section => ({
  heading: 'LADDER',
  lines: quoteLines(drafted.quotes, view),
});

/** What the guardrails took off it, in their own words. */
export function guardrailSection(decision: DecisionWithBook): Section {
  const { drafted, guarded } = decision.stages;
  const said = guarded.reasons.slice(drafted.reasons.length);
  const before = `${drafted.quotes.length} quotes before, ${guarded.quotes.length} after`;
  return {
    heading: 'GUARDRAILS',
    lines: [
      ['kept', before],
      ['tail risk', `sizes x ${short(decision.state.tail.factor)}`],
      ...(said.length === 0
        ? [['changed', 'nothing'] as const]
        : said.map(({ code, text }) => [code, text] as const)),
      ...(decision.kind === 'halt' ? [['HALT', decision.order.text] as const] : []),
    ],
  };
}

/** What should rest, valid on the venue, and how far a resting order may be from it. */
export function quotesSection({ decision, view }: DecisionRecord): Section {
  const { quotes, tolerance } = wantedOf(decision);
  const { maxAgeMs, maxAwayBps, maxTowardsBps } = tolerance;
  const stays = `${bps(maxAwayBps)} away, ${bps(maxTowardsBps)} towards the mid, ${seconds(maxAgeMs)} old`;
  const lines = quoteLines(quotes, view);
  return {
    heading: 'QUOTES',
    lines:
      lines.length === 0
        ? [['none', 'nothing should rest']]
        : [...lines, ['an order stays if', stays]],
  };
}

export const reasonsSection = ({ reasons }: Decision): Section => ({
  heading: 'REASONS',
  lines:
    reasons.length === 0
      ? [['none', 'nothing held the quotes back']]
      : reasons.map(({ code, text }) => [code, text] as const),
});

function quoteLines(quotes: readonly DraftQuote[], { book }: MarketView): readonly Line[] {
  const mid = book.ok ? book.value.mid : undefined;
  return [...quotes]
    .sort((a, b) => b.price - a.price)
    .map(({ side, level, price, size }) => {
      const away = mid === undefined ? undefined : ratioToBps((price - mid) / mid);
      return [
        `${side} level ${level}`,
        `${plain(price)} x ${plain(size)} = ${usd(price * size)}, ${bps(away)} from the mid`,
      ] as const;
    });
}
