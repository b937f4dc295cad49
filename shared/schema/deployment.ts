import * as z from 'zod';
import { InputError } from '../domain/failure.ts';
import { problemsOf } from './problems.ts';

const LOOPBACK = /^(127(\.\d{1,3}){3}|localhost|\[::1\])$/;

export const venueName = z.enum(['purple-flea']);
export type VenueName = z.infer<typeof venueName>;

/** https, or plain http on loopback only: a key must not cross a network in the clear. */
export const venueBaseUrl = z
  .string()
  .refine(isSafeUrl, { message: 'must be an https URL, or http on loopback, without user, query or fragment' });

function isSafeUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname));
}

const symbol = z.string().regex(/^[A-Z0-9]{1,15}-PERP$/, 'must look like BTC-PERP');

const stageSchema = z
  .strictObject({
    /** Prefix of the stacks: quotemill-<name>-state, quotemill-<name>-trading. */
    name: z.string().regex(/^[a-z][a-z0-9-]{0,19}$/, 'must be lower case letters, digits and dashes, at most 20'),
    venues: z.partialRecord(
      venueName,
      z.strictObject({
        /** Undefined: deployed, but the functions stand aside until it is set. */
        baseUrl: venueBaseUrl.optional(),
        /** Hours between two funding settlements at the venue. */
        fundingIntervalHours: z.union([z.literal(1), z.literal(2), z.literal(4), z.literal(8)]),
        /** The check runs this long before each settlement; Scheduler is only precise to a minute. */
        fundingCheckMinutesBefore: z.int().min(2).max(30).default(5),
      }),
    ),
    markets: z
      .array(z.strictObject({ symbol, venue: venueName }))
      .min(1)
      .max(40),
    logRetentionDays: z
      .union([z.literal(1), z.literal(3), z.literal(5), z.literal(7), z.literal(14), z.literal(30), z.literal(90)])
      .default(7),
    /** Where alarms go; undefined: the alarms show in CloudWatch only. */
    alarmEmail: z.email().optional(),
  })
  .superRefine((stage, context) => {
    const seen = new Set<string>();
    stage.markets.forEach((market, index) => {
      if (seen.has(market.symbol))
        context.addIssue({
          code: 'custom',
          path: ['markets', index, 'symbol'],
          message: `${market.symbol} is named twice: one function trades a market`,
        });
      seen.add(market.symbol);
      if (stage.venues[market.venue] === undefined)
        context.addIssue({
          code: 'custom',
          path: ['markets', index, 'venue'],
          message: `${market.venue} is not among the venues of the stage`,
        });
    });
  });

export type Stage = z.infer<typeof stageSchema>;
export type StageInput = z.input<typeof stageSchema>;

/** A stage, checked before anything is synthesized. @throws InputError with one line naming every wrong field. */
export function parseStage(written: unknown): Stage {
  const parsed = stageSchema.safeParse(written);
  if (!parsed.success) throw new InputError(`stage: ${problemsOf(parsed.error)}`);
  return parsed.data;
}
