/** Compares what left a program with what came to its vendor, and two runs with one another. */

import type { Sent } from './recorder.ts';

/** What may differ: it is of one connection, or for us. */
const ofTheWay = /^(host|connection|content-length|transfer-encoding|x-holdfast-key)$/;

/** The same run at the gateway's door and at the vendor: each byte, nothing masked. */
export function compareWays(came: readonly Sent[], went: readonly Sent[]): string | undefined {
  return compare(came, went, {
    headers: listHeaders,
    body: ({ body }) => body.toString('latin1'),
  });
}

/**
 * A run without us and one with us: ids and times are masked, and fields of JSON sorted, since
 * Codex writes them in another order each time.
 */
export function compareRuns(
  without: readonly Sent[],
  through: readonly Sent[],
): string | undefined {
  return compare(without, through, {
    headers: (sent) => listHeaders(sent).map(mask),
    body: ({ body }) => mask(sortFields(body.toString())),
  });
}

interface Views {
  readonly headers: (sent: Sent) => readonly string[];
  readonly body: (sent: Sent) => string;
}

function compare(
  wanted: readonly Sent[],
  seen: readonly Sent[],
  { headers, body }: Views,
): string | undefined {
  if (wanted.length !== seen.length) return `${wanted.length} requests became ${seen.length}`;
  for (const [index, one] of wanted.entries()) {
    const other = seen[index];
    if (other === undefined) continue;
    if (one.url !== other.url) return `${one.url} became ${other.url}`;
    const [lost, added] = [
      missing(headers(one), headers(other)),
      missing(headers(other), headers(one)),
    ];
    if (lost.length + added.length > 0)
      return `headers: ${JSON.stringify(lost)} became ${JSON.stringify(added)}`;
    const [before, after] = [body(one), body(other)];
    if (before !== after) return `request ${index + 1}: ${tellChange(before, after)}`;
  }
  return undefined;
}

function listHeaders({ headers }: Sent): readonly string[] {
  return headers
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(([name]) => !ofTheWay.test(name))
    .map(([name, value]) => `${name}: ${value}`)
    .sort();
}

function missing(from: readonly string[], other: readonly string[]): readonly string[] {
  return from.filter((one) => !other.includes(one));
}

/** UUIDs, hashes, dates, epochs in seconds or ms, and what Codex tells of a tool's run. */
function mask(text: string): string {
  return text
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '[uuid]')
    .replace(/[0-9a-f]{32,}/g, '[hash]')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z?/g, '[time]')
    .replace(/Chunk ID: \w+\\nWall time: [\d.]+/g, '[run]')
    .replace(/\b1[789]\d{8}(\d{3})?\b/g, '[epoch]');
}

function sortFields(body: string): string {
  const sorted: unknown = JSON.parse(body, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
  return JSON.stringify(sorted);
}

function tellChange(before: string, after: string): string {
  const at = [...before].findIndex((sign, index) => sign !== after[index]);
  const from = Math.max(0, at - 60);
  return `"…${before.slice(from, at + 100)}…" became "…${after.slice(from, at + 100)}…"`;
}
