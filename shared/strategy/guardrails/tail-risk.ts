import type { Guardrail } from './guardrail.ts';

/**
 * Every size shrinks by what the cross-market limiter says (C8): it knows no position and no sizing
 * rule, and can only take away.
 */
export const tailRisk: Guardrail = (draft, { tail }) => {
  if (tail.factor >= 1) return draft;
  const factor = Math.max(0, tail.factor);
  return {
    ...draft,
    quotes: draft.quotes.map((quote) => ({ ...quote, size: quote.size * factor })),
    reasons: [...draft.reasons, ...tail.reasons],
  };
};
