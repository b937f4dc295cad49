import * as z from 'zod/mini';
import type { ParameterReading } from '../../domain/parameters/parameter-reading.ts';
import { describeProblems } from '../../domain/parameters/parameter-reading.ts';
import { epochMs } from '../../domain/units.ts';
import { unitOf } from './items/attribute.ts';

const values = z.record(
  z.string(),
  z.union([
    z.string(),
    z.number(),
    z.boolean(),
    z.null(),
    z.array(z.union([z.string(), z.number()])),
  ]),
);
const firstSeen = { firstSeenAt: unitOf(epochMs), changes: z.array(z.string()) };

/** PARAMS#<version> in the State table, without its key: the audit of a reading. */
export const parameterAuditItem = z.discriminatedUnion('status', [
  z.object({ status: z.literal('accepted'), values, ...firstSeen }),
  z.object({
    status: z.literal('refused'),
    problems: z.array(z.string()).check(z.minLength(1)),
    ...firstSeen,
  }),
]);

export const auditOf = (reading: ParameterReading): object =>
  reading.kind === 'accepted'
    ? { status: reading.kind, values: reading.values }
    : { status: reading.kind, problems: describeProblems(reading) };
