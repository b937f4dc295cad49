import type { Side } from '#shared/domain/order/side.ts';
import type { MarketSymbol } from '#shared/domain/venue/market.ts';

/** The vendor's word for a side. */
export const longOrShort = (side: Side): 'long' | 'short' => (side === 'buy' ? 'long' : 'short');

/** `BTC` of `BTC-PERP`. */
export const baseAsset = (symbol: MarketSymbol): string => symbol.replace(/-PERP$/, '');

export const isoTime = (at: number): string => new Date(at).toISOString();
