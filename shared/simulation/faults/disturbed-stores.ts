import type { Clock } from '../../ports/clock.ts';
import type { FaultSource } from './fault-source.ts';

const LATEST_MS = 6000;

/** A store that fails as tables do; what it was asked it may have done all the same. */
export const disturbedStore = <Port extends object>(
  port: Port,
  where: string,
  { faults, clock }: { readonly faults: FaultSource; readonly clock: Pick<Clock, 'sleep'> },
): Port =>
  new Proxy(port, {
    get(target, method) {
      const call: unknown = Reflect.get(target, method);
      if (typeof call !== 'function') return call;
      return async (...args: unknown[]): Promise<unknown> => {
        const does = (): unknown => Reflect.apply(call, target, args);
        const named = `${where}.${String(method)}`;
        switch (faults.among(['store-refused', 'store-unanswered', 'store-late'], named)) {
          case undefined:
            return does();
          case 'store-refused':
            throw new Error('the table refused');
          case 'store-unanswered':
            await does();
            throw new Error('the table did not answer');
          case 'store-late':
            return late(does);
        }
      };
      /** It takes effect at once and is answered late, or takes effect late. */
      async function late(does: () => unknown): Promise<unknown> {
        const waitMs = faults.between(0, LATEST_MS);
        if (faults.between(0, 2) === 0) {
          await clock.sleep(waitMs);
          return does();
        }
        const answer = await does();
        await clock.sleep(waitMs);
        return answer;
      }
    },
  });
