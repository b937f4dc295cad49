import { spreadBpsOf } from '#shared/domain/venue/book.ts';
import type { MarketView } from '#shared/domain/venue/view.ts';
import { legsOf } from '#shared/domain/order/working-order.ts';
import { bps, percent, plain, usd } from '#shared/strategy/shown.ts';
import { seconds, type Section } from './figures.ts';

/** What the decision looked at. */
export function lookSection(view: MarketView): Section {
  const { position, fees, tilt, profit, cadence } = view;
  return {
    heading: 'LOOK',
    lines: [
      ['book', bookText(view)],
      ['position', `${plain(position.size)}, entered at ${plain(position.averageEntry)}`],
      ...view.orders.flatMap((order) =>
        legsOf(order).map(
          ({ side, remaining, price, level }) =>
            [
              'order',
              `${side} ${plain(remaining)} at ${plain(price)}, ${order.state}, level ${level}`,
            ] as const,
        ),
      ),
      ...view.fills.map(
        (fill) =>
          [
            'fill since',
            `${fill.side} ${plain(fill.size)} at ${plain(fill.price)}, fee ${usd(fill.feeUsd)}`,
          ] as const,
      ),
      ['trades since', tradesText(view)],
      ['fees', `maker ${bps(fees.makerBps)}, taker ${bps(fees.takerBps)}; a cost is positive`],
      [
        'funding tilt',
        tilt === undefined
          ? 'none'
          : `${tilt.action}, target ${percent(tilt.targetRatio)} of the cap: ${tilt.reason}`,
      ],
      [
        'profit',
        `session ${usd(profit.sessionUsd)}, day ${usd(profit.dayUsd)}, below the peak ${usd(profit.belowPeakUsd)}; markout of fills ${bps(view.averageMarkoutBps)}`,
      ],
      ['other markets', peersText(view)],
      ['reference', view.reference === undefined ? 'none' : plain(view.reference.mid)],
      ['requests left', percent(view.requestsLeftRatio)],
      [
        'next requote',
        `in ${cadence.secondsToNextRequote} s, ${cadence.latencySeconds} s to the venue`,
      ],
    ],
  };
}

function bookText({ book, now }: MarketView): string {
  if (!book.ok) return book.failure;
  const { bids, asks, at } = book.value;
  const touch = `${plain(bids[0].price)} (${plain(bids[0].size)}) / ${plain(asks[0].price)} (${plain(asks[0].size)})`;
  return `${touch}, ${bps(spreadBpsOf(book.value))} wide, ${bids.length}/${asks.length} levels, ${seconds(now - at)} old`;
}

function tradesText({ trades }: MarketView): string {
  if (trades === undefined) return 'not shown by the venue';
  const taken = (side: 'buy' | 'sell'): string => {
    const amount = trades
      .filter((trade) => trade.side === side)
      .reduce((sum, trade) => sum + trade.size * trade.price, 0);
    return usd(amount);
  };
  return `${trades.length}; takers bought ${taken('buy')}, sold ${taken('sell')}`;
}

const peersText = ({ peers }: MarketView): string =>
  Object.entries(peers)
    .map(([market, { mid }]) => `${market} ${plain(mid)}`)
    .join(', ') || 'none';
