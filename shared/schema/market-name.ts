import { done, failed, type Outcome } from '../domain/failure.ts';
import { didYouMean } from './near-name.ts';

const PERPETUAL = '-PERP';
const MOST_NAMED = 20;

/**
 * The market that a person's `BTC`, `BTC-PERP` or `purple-flea/BTC-PERP` means, out of full ids
 * `venue/SYMBOL`. Case counts, since venues list coins that differ in nothing else. The failure is
 * one line with the choices.
 */
export function resolveMarketName(
  written: string,
  ids: readonly string[],
): Outcome<string, string> {
  if (ids.includes(written)) return done(written);
  const meant = ids.filter((id) => {
    const symbol = symbolIn(id);
    return symbol === written || symbol === written + PERPETUAL;
  });
  const [only, ...others] = meant;
  if (only === undefined)
    return failed(`there is no market ${shown(written)}${hint(written, ids)}; ${allowed(ids)}`);
  return others.length === 0
    ? done(only)
    : failed(`${shown(written)} means more than one market; ${allowed(meant)}`);
}

/** `BTC-PERP` of `purple-flea/BTC-PERP`. */
export const symbolIn = (id: string): string => id.slice(id.indexOf('/') + 1);

const MOST_SHOWN = 40;
const shown = (written: string): string =>
  written.length > MOST_SHOWN ? `${written.slice(0, MOST_SHOWN)}...` : written;

function hint(written: string, ids: readonly string[]): string {
  const symbols = ids.map(symbolIn);
  return didYouMean(written, [
    ...symbols,
    ...symbols.flatMap((symbol) =>
      symbol.endsWith(PERPETUAL) ? [symbol.slice(0, -PERPETUAL.length)] : [],
    ),
    ...ids,
  ]);
}

function allowed(ids: readonly string[]): string {
  const more = ids.length - MOST_NAMED;
  return `allowed: ${ids.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
