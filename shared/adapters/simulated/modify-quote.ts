import { symbolOf } from '../../domain/venue/market-id.ts';
import type { ModifyQuote } from '../../domain/order/order.ts';
import { size } from '../../domain/units.ts';
import type { ModifyAbility } from '../../domain/venue/venue-abilities.ts';
import type { CommandOutcome } from '../../domain/venue/venue-answers.ts';
import type { ModifyFailure } from '../../simulator/exchange/matching/order-entry.ts';
import { outwardPrice } from '../../simulator/purple-flea/quote-pair.ts';
import type { LineToExchange } from './line-to-exchange.ts';
import { filledOf, gone, noMarket, refusedNow } from './outcomes.ts';

/** A quote into the place of another, where the face this venue stands for has a request for it. */
export function modifyOne(
  line: LineToExchange,
  modify: ModifyQuote,
  ability: ModifyAbility,
): CommandOutcome {
  if (ability === 'none') return { kind: 'not-sent', why: 'this venue cannot modify' };
  const limited = refusedNow(line);
  if (limited !== undefined) return limited;
  const { exchange, accountKey } = line;
  const market = exchange.market(symbolOf(modify.market));
  if (market === undefined) return { kind: 'refused', ...noMarket(symbolOf(modify.market)) };
  const modified = exchange.modify(accountKey, modify.venueId, {
    price: outwardPrice(market.feed.spec, modify.side, modify.price),
    size: modify.size,
    clientId: modify.clientId,
    shrinksInPlace: ability === 'shrinks-in-place',
  });
  if (!modified.ok) return notModified(line, modified.failure);
  const { order, filledSize, old } = modified.value;
  const oldFilled = filledOf(line, old);
  return { kind: 'modified', venueId: order.id, filled: size(filledSize), oldFilled };
}

function notModified(line: LineToExchange, failure: ModifyFailure): CommandOutcome {
  switch (failure.kind) {
    case 'not-open':
      return gone(line, failure.order);
    case 'refused':
      return { kind: 'refused', ...failure.because };
    case 'neither':
      return { kind: 'neither', oldFilled: filledOf(line, failure.old), ...failure.because };
  }
}
