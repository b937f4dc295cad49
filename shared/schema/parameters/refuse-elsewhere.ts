import { InputError } from '../../domain/failure.ts';
import type { Stage } from '../deployment.ts';

/** Where the credentials lead, as far as there are any. */
interface Place {
  readonly account: string | undefined;
  readonly region: string | undefined;
}

/**
 * A stage deployed twice trades twice, each with a lease of its own on one account of the venue.
 * @throws InputError with one line when the credentials lead elsewhere than the stage says.
 */
export function refuseElsewhere(stage: Stage, here: Place): void {
  for (const what of ['account', 'region'] as const) {
    const [named, found] = [stage[what], here[what]];
    if (named !== undefined && found !== undefined && named !== found)
      throw new InputError(
        `stage ${stage.name}: belongs to ${what} ${named}, the credentials lead to ${found}; ` +
          `use those of ${named}, or make a stage with another name`,
      );
  }
}
