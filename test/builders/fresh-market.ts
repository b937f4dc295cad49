let last = 0;

/** A market no other test of this file uses, so that tests share a database but no item. */
export function freshMarket(): string {
  last += 1;
  return `M${last}-PERP`;
}
