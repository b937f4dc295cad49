import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDueList } from '#shared/simulation/due-list.ts';

describe('what is due', () => {
  it('comes earliest first, and at equal times in the order it was added, whatever was taken in between', () => {
    const steps = fc.array(fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constant('take' as const)), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(steps, (list) => {
        const due = createDueList();
        let waiting: { time: number; name: number }[] = [];
        const woken: number[] = [];
        for (const [name, step] of list.entries()) {
          if (step !== 'take') {
            due.add(step, () => woken.push(name));
            waiting = [...waiting, { time: step, name }].toSorted((a, b) => a.time - b.time);
            continue;
          }
          const next = due.peek();
          expect(next?.time).toBe(waiting[0]?.time);
          due.take();
          next?.wake();
          expect(woken.at(-1)).toBe(waiting[0]?.name ?? woken.at(-1));
          waiting = waiting.slice(1);
        }
      }),
    );
  });
});
