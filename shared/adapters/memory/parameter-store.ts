import {
  describeProblems,
  type ParameterReading,
} from '../../domain/parameters/parameter-reading.ts';
import type { EpochMs } from '../../domain/units.ts';
import type { ParameterAudit, ParameterStore } from '../../ports/stores/parameter-store.ts';
import { edited, problemsOfEdit, versionOfItem } from '../../schema/parameters/parameter-edits.ts';
import {
  createParameterReader,
  type WrittenItem,
} from '../../schema/parameters/parameter-items.ts';

export interface MemoryParameterStore extends ParameterStore {
  /** What a person does at the table: replaces an item, `DEFAULT` or a market's, whole. */
  put(item: string, attributes: WrittenItem): void;
  readonly items: () => ReadonlyMap<string, WrittenItem>;
}

interface Recorded {
  readonly reading: ParameterReading;
  readonly at: EpochMs;
  readonly changes: readonly string[];
}

/** Parameters without a database. */
export function createMemoryParameterStore(): MemoryParameterStore {
  const items = new Map<string, WrittenItem>();
  const records = new Map<string, Recorded>();
  const readParameters = createParameterReader();
  const itemAt = (target: string): WrittenItem => {
    const { market: _key, ...attributes } = items.get(target) ?? {};
    return attributes;
  };
  return {
    read: async (market) => readParameters(market, items).reading,
    async recorded(market, version) {
      const reading = records.get(keyOf(market, version))?.reading;
      return reading?.kind === 'accepted' ? reading.values : undefined;
    },
    async record(market, reading, at, changes) {
      const key = keyOf(market, reading.version);
      if (!records.has(key)) records.set(key, { reading, at, changes });
    },
    history: async (market, most) =>
      [...records]
        .filter(([key]) => key.startsWith(keyOf(market, '')))
        .map(([, recorded]) => auditOf(recorded))
        .sort((a, b) => b.firstSeenAt - a.firstSeenAt)
        .slice(0, most),
    async written(target) {
      const attributes = itemAt(target);
      return { version: versionOfItem(attributes), attributes };
    },
    async write(target, edit, expected) {
      const before = itemAt(target);
      if (versionOfItem(before) !== expected) return { kind: 'changed-meanwhile' };
      const problems = problemsOfEdit(target, before, edit, [...items.values()]);
      if (problems.length > 0) return { kind: 'refused', problems };
      items.set(target, { ...edited(before, edit), market: target });
      return { kind: 'written' };
    },
    put: (item, attributes) => void items.set(item, { ...attributes, market: item }),
    items: () => items,
  };
}

const keyOf = (market: string, version: string): string => `${market}#${version}`;

const auditOf = ({ reading, at, changes }: Recorded): ParameterAudit => ({
  version: reading.version,
  firstSeenAt: at,
  changes,
  problems: reading.kind === 'refused' ? describeProblems(reading) : [],
});
