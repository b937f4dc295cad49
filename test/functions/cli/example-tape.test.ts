import { readFileSync, statSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { readTapeFile } from '#shared/adapters/tape-file/read-tape-file.ts';
import { bps, usd } from '#shared/domain/units.ts';
import { tapeFeed } from '#shared/simulator/tape/tape.ts';
import { exampleTape, EXAMPLE_TAPE_PATH } from './example-tape.ts';

/** Packed bytes differ between builds of zlib; what is packed must not. */
it('the tape in examples/ is, byte for byte, what its script makes', () => {
  const written = gunzipSync(readFileSync(EXAMPLE_TAPE_PATH)).toString('utf8');
  expect(written === exampleTape()).toBe(true);
  expect(statSync(EXAMPLE_TAPE_PATH).size).toBeLessThan(200_000);
});

it('this is a tape without a fault, a few minutes across a funding settlement', () => {
  const feed = tapeFeed('example', readTapeFile(EXAMPLE_TAPE_PATH), {
    fees: { makerBps: bps(1.5), takerBps: bps(4.5) },
    minNotionalUsd: usd(10),
  });
  let events = 0;
  for (let next = feed.events.next(); next.done !== true; next = feed.events.next()) events += 1;
  expect(events).toBeGreaterThan(5000);
  expect(feed.spec.symbol).toBe('BTC-PERP');
  const settlement = Date.UTC(2026, 0, 5, 8);
  expect(feed.startsAt).toBeLessThan(settlement - 5 * 60_000);
  expect(feed.endsAt).toBeGreaterThan(settlement + 60_000);
});
