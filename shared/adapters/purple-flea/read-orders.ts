import { describeFailure, done, type VenueOutcome } from '../../domain/failure.ts';
import { mayBeCut, PAGE_ROWS } from '../../domain/venue/pages.ts';
import { type OrderPage, parseOrderPage, type RestingRow } from './parse/parse-orders.ts';
import type { Answer, Read } from './http/reader.ts';

/** What rests in one market, as far as the venue's pages can be read. */
export interface OrderList {
  readonly resting: readonly RestingRow[];
  /** Why it may not be all, one line each; empty: it is. */
  readonly doubtful: readonly string[];
  readonly carriesIds: boolean;
  readonly requestsLeftRatio: number;
}

/** More orders than any account may have. */
const MAX_PAGES = 50;

/**
 * All pages. Each begins with the last row of the one before, so that a venue that does not page,
 * or a list that changed meanwhile, is seen: then the list is not complete.
 */
export async function readOrders(read: Read, symbol: string): Promise<VenueOutcome<OrderList>> {
  const first = await readPage(read, symbol, 0);
  if (!first.ok) return first;
  let list = listOf(first.value, 0);
  let page = first.value;
  let rows = page.value.ids.length;
  for (let pages = 1; mayBeCut(page.value.ids.length); pages += 1) {
    const cut = `the list may have been cut at ${rows} rows`;
    const next = pages < MAX_PAGES ? await readPage(read, symbol, rows - 1) : undefined;
    if (next === undefined) return done(doubted(list, `${cut}: it has too many pages`));
    if (!next.ok) return done(doubted(list, `${cut}: ${describeFailure(next.failure)}`));
    const anchor = page.value.ids.at(-1);
    if (anchor === undefined || next.value.value.ids[0] !== anchor)
      return done(doubted(list, `${cut}: the next page does not go on there`));
    page = next.value;
    rows += page.value.ids.length - 1;
    list = joined(list, listOf(page, 1));
  }
  return done(list);
}

const readPage = (
  read: Read,
  symbol: string,
  offset: number,
): Promise<VenueOutcome<Answer<OrderPage>>> =>
  read('/v1/orders', { symbol, limit: PAGE_ROWS, ...(offset === 0 ? {} : { offset }) }, (body) =>
    parseOrderPage(body, symbol),
  );

/** Without the first `skip` rows, which the page before had. */
function listOf({ value, requestsLeftRatio }: Answer<OrderPage>, skip: 0 | 1): OrderList {
  const known = skip === 1 ? value.ids[0] : undefined;
  return {
    resting: value.resting.filter(({ venueId }) => venueId !== known),
    doubtful: value.doubtful,
    carriesIds: value.carriesIds,
    requestsLeftRatio,
  };
}

const joined = (list: OrderList, more: OrderList): OrderList => ({
  resting: [...list.resting, ...more.resting],
  doubtful: [...list.doubtful, ...more.doubtful],
  carriesIds: list.carriesIds || more.carriesIds,
  requestsLeftRatio: Math.min(list.requestsLeftRatio, more.requestsLeftRatio),
});

const doubted = (list: OrderList, why: string): OrderList => ({
  ...list,
  doubtful: [...list.doubtful, why],
});
