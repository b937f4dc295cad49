import fc from 'fast-check';
import { glft, type GlftInput, type GlftMarket } from '#shared/strategy/models/glft.ts';
import { between } from '#test/builders/arbitrary/arbitrary-numbers.ts';

/** The parameters of Avellaneda and Stoikov, as the paper's figure has them. */
export const MARKET: GlftMarket = {
  sigma: 2,
  arrivalRate: 140,
  k: 1.5,
  gamma: 0.1,
  maxInventory: 30,
  drift: 0,
};

export const FORMS = ['closed', 'exact'] as const;

const markets = fc.record({
  sigma: between(0, 100),
  gamma: between(0, 5),
  k: between(1e-3, 100),
  arrivalRate: between(1e-3, 1e4),
  maxInventory: between(1, 60),
  drift: between(-10, 10),
});

/** Any market in either form, with up to this share of its bound held, long or short. */
export const inputsWithin = (share: number): fc.Arbitrary<GlftInput> =>
  fc
    .tuple(markets, fc.constantFrom(...FORMS), between(-share, share))
    .map(([market, form, held]) => ({ ...market, form, inventory: held * market.maxInventory }));

/** Both offsets of an input that is known to be inside its bound. */
export function both(input: GlftInput): readonly [number, number] {
  const { bidOffset, askOffset } = glft(input);
  if (bidOffset === undefined || askOffset === undefined) throw new Error('a side is missing');
  return [bidOffset, askOffset];
}
