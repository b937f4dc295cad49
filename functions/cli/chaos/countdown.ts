import { SECOND_MS } from '#shared/domain/time.ts';

export interface Countdown {
  /** So many are done. */
  done(count: number): void;
}

const EVERY_MS = 5 * SECOND_MS;

/** Says every few seconds how far it is and how long the rest takes. */
export function createCountdown(total: number, say: (line: string) => void): Countdown {
  const beganAt = performance.now();
  let saidAt = beganAt;
  return {
    done(count) {
      const now = performance.now();
      if (now - saidAt < EVERY_MS || count >= total) return;
      saidAt = now;
      const leftSeconds = (((now - beganAt) / count) * (total - count)) / SECOND_MS;
      say(`${count} of ${total}, ${Math.ceil(leftSeconds)} s left`);
    },
  };
}
