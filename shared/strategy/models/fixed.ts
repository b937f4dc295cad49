/**
 * The whole spread in bps, whatever the market does (A2): half of it on each side of the
 * reservation price.
 */
export const fixedSpreadBps = ({ baseSpreadBps }: { readonly baseSpreadBps: number }): number =>
  baseSpreadBps;
