import { reason } from '../../domain/reason.ts';
import { signOf } from '../../domain/order/side.ts';
import { bpsToRatio } from '../../domain/units.ts';
import { standAside, withReason } from '../quotes/draft.ts';
import type { Guardrail } from './guardrail.ts';

/**
 * Above volBreakerPctPerHour quotes are at least maxSpreadBps apart around the fair value, or none
 * rest: volBreakerAction says which (C6; S0).
 */
export const volatilityBreaker: Guardrail<
  'volBreakerPctPerHour' | 'volBreakerAction' | 'maxSpreadBps'
> = (draft, { parameters, hourlyVolatility, fairValue }) => {
  const { volBreakerPctPerHour, volBreakerAction, maxSpreadBps } = parameters;
  if (hourlyVolatility === undefined || hourlyVolatility * 100 <= volBreakerPctPerHour)
    return draft;
  const why = `volatility is ${(hourlyVolatility * 100).toFixed(2)} % an hour, above ${volBreakerPctPerHour}`;
  if (volBreakerAction === 'stop')
    return standAside(draft, reason('volatility-breaker', `${why}: no quotes`));
  const nearest = {
    buy: fairValue * (1 - bpsToRatio(maxSpreadBps / 2)),
    sell: fairValue * (1 + bpsToRatio(maxSpreadBps / 2)),
  };
  const quotes = draft.quotes.map((quote) => {
    const isNearer = signOf(quote.side) * (quote.price - nearest[quote.side]) > 0;
    return isNearer ? { ...quote, price: nearest[quote.side] } : quote;
  });
  return withReason(
    { ...draft, quotes },
    reason('volatility-breaker', `${why}: at least ${maxSpreadBps} bps wide`),
  );
};
