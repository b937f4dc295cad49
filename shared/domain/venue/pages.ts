/** The most rows that are asked for at once, and the vendor's largest page. */
export const PAGE_ROWS = 200;

/** Caps on a page that are not a multiple of fifty. */
const SMALL_PAGES: ReadonlySet<number> = new Set([20, 25]);

/**
 * A list with a round number of rows may have been cut there without a word. It is complete only
 * once the next page says so.
 */
export const mayBeCut = (rows: number): boolean =>
  rows > 0 && (rows % 50 === 0 || SMALL_PAGES.has(rows));
