import { expect, it } from 'vitest';
import { createRateLimit } from '#shared/simulator/purple-flea/rate-limit.ts';

it('forgets nobody who has used his allowance, however many others come', () => {
  const limit = createRateLimit(1);
  expect(limit.take('first', 0).granted).toBe(true);
  for (let caller = 0; caller < 11_000; caller += 1) limit.take(`caller ${caller}`, 30_000);
  expect(limit.take('first', 59_999).granted).toBe(false);
  expect(limit.take('first', 60_000)).toMatchObject({ granted: true, remaining: 0 });
});
