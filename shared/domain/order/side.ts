/** Which side of the market an order or a fill is on. */
export type Side = 'buy' | 'sell';

export const SIDES: readonly Side[] = ['buy', 'sell'];

/**
 * The one place where a side becomes a sign: buying adds to the position, selling takes from it.
 */
export const signOf = (side: Side): 1 | -1 => (side === 'buy' ? 1 : -1);

export const opposite = (side: Side): Side => (side === 'buy' ? 'sell' : 'buy');

/** The side of an order that brings a position of this sign nearer to zero. */
export const reducingSide = (position: number): Side => (position > 0 ? 'sell' : 'buy');
