/**
 * Hashes every run of a fixed length in some bytes (Rabin and Karp): each hash follows from the
 * last one, the byte that leaves and the one that enters.
 */

const factor = 0x01000193;

export function hashAt(bytes: Uint8Array, at: number, length: number): number {
  let hash = 0;
  for (let index = at; index < at + length; index++)
    hash = (Math.imul(hash, factor) + (bytes[index] ?? 0)) | 0;
  return hash;
}

/** Returns the step from one run of this length to the next. */
export function createRoll(
  length: number,
): (hash: number, leaving: number, coming: number) => number {
  // the oldest byte counts with this factor
  const oldest = Array.from({ length: length - 1 }, () => factor).reduce(
    (product, next) => Math.imul(product, next),
    1,
  );
  return (hash, leaving, coming) =>
    (Math.imul(hash - Math.imul(leaving, oldest), factor) + coming) | 0;
}
