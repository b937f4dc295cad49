import type { Parameters } from '#shared/domain/parameters/parameters.ts';
import { reason } from '#shared/domain/reason.ts';
import { usd } from '#shared/domain/units.ts';
import type { GuardrailContext } from '#shared/strategy/guardrails/guardrail.ts';
import { type Draft, draftOf } from '#shared/strategy/quotes/draft.ts';
import { roundPrices, type RoundedDraft } from '#shared/strategy/quotes/round-quotes.ts';
import { aBook, aSpec, parameters, START } from '#test/builders/market.ts';

type WholeContext = GuardrailContext<keyof Parameters>;

export const aContext = (
  over: Partial<WholeContext> = {},
  attributes: Partial<Parameters> = {},
): WholeContext => ({
  now: START,
  book: aBook(99_999, 100_001),
  clockSkewMs: 0,
  parameters: parameters(attributes).values,
  capUsd: 1000,
  inventoryUsd: 0,
  fairValue: 100_000,
  hourlyVolatility: 0.01,
  profit: { sessionUsd: usd(0), dayUsd: usd(0), belowPeakUsd: usd(0) },
  tail: { factor: 1, reasons: [] },
  pausedBySpread: false,
  ...over,
});

export const aDraft = (): Draft =>
  draftOf(
    [
      { side: 'buy', level: 0, price: 99_950, size: 0.001 },
      { side: 'sell', level: 0, price: 100_050, size: 0.001 },
      { side: 'buy', level: 1, price: 99_850, size: 0.002 },
      { side: 'sell', level: 1, price: 100_150, size: 0.002 },
    ],
    [reason('drafted', 'as it was drafted')],
  );

export const rounded = (draft: Draft): RoundedDraft =>
  roundPrices(draft, aSpec({ tick: 1 }), aBook(99_999, 100_001));
