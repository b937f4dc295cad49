import { crc32 } from 'node:zlib';
import { Gunzip } from 'fflate';

/** Packed bytes that are not what was packed. */
export class DamagedGzip extends Error {
  override readonly name = 'DamagedGzip';
}

/** CRC-32 and length, four bytes each, at the end of every member. Source: RFC 1952, 2.3.1. */
const TRAILER_BYTES = 8;

/**
 * Unpacks gzip piece by piece, each when it is asked for, of one member or several. Node's own zlib
 * does so only by promises or callbacks, and a market is played without either; the check sums are
 * compared here, because the library leaves them out.
 * @throws DamagedGzip
 */
export function* unpack(packed: Iterable<Uint8Array>): Generator<Uint8Array, void> {
  const unpacked: Uint8Array[] = [];
  const sum = { crc: 0, bytes: 0 };
  const gunzip = new Gunzip((bytes) => {
    sum.crc = crc32(bytes, sum.crc);
    sum.bytes += bytes.length;
    if (bytes.length > 0) unpacked.push(bytes);
  });
  // The last two pieces: where a member begins is known when its whole header was seen.
  let recent: Buffer = Buffer.alloc(0);
  let recentFrom = 0;
  let latestBytes = 0;
  const requireSums = (memberEnd: number): void => {
    const trailer = recent.subarray(memberEnd - TRAILER_BYTES - recentFrom, memberEnd - recentFrom);
    if (
      trailer.length < TRAILER_BYTES ||
      trailer.readUInt32LE(0) !== sum.crc ||
      trailer.readUInt32LE(4) !== sum.bytes % 2 ** 32
    )
      throw new DamagedGzip('the check sums differ');
    sum.crc = 0;
    sum.bytes = 0;
  };
  gunzip.onmember = requireSums;
  for (const piece of packed) {
    const before = recent.subarray(recent.length - latestBytes);
    recentFrom += recent.length - before.length;
    recent = Buffer.concat([before, piece]);
    latestBytes = piece.length;
    push(gunzip, piece);
    yield* unpacked.splice(0);
  }
  requireSums(recentFrom + recent.length);
}

function push(gunzip: Gunzip, piece: Uint8Array): void {
  try {
    gunzip.push(piece);
  } catch (error) {
    throw new DamagedGzip(error instanceof Error ? error.message : String(error));
  }
}
