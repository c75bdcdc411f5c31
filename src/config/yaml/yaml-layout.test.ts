/** Whatever is wrong with the layout of a text, a person is sent to the line that was changed. */

import { describe, expect, it } from 'vitest';
import { Random } from '../../../test/simulation/random.ts';
import { readDocument } from './document.ts';

const good = `# what a home has
main: acme/big
fallback_chain: [borealis/big, acme/small]
max_wait: 20

auxiliary:
  title_generation:
    provider: acme
    model: "big one"
gateway:
  port: 4700
  # behind a proxy
  host: '0.0.0.0'
budget: {usd: 3, per: day}
providers:
  acme:
    base_url: https://acme.test/v1
    limits: {idle: 30}
    credentials:
      - env: ACME_KEY
      - {env: ACME_SPARE}
  borealis:
    base_url: "https://borealis.test/v1"
`;

interface Slip {
  readonly text: string;
  /** Of the line that was changed, and of those beside it that hold something. */
  readonly near: readonly number[];
}

type Change = (line: string, random: Random) => string;

const changes: readonly Change[] = [
  (line, random) => `${' '.repeat(random.integer(1, 3))}${line}`,
  (line, random) => line.slice(random.integer(1, 2)),
  (line) => line.replace(/^ +/, (spaces) => '\t'.repeat(spaces.length / 2)),
  (line) => line.replace(/[\]}]$/, ''),
  (line) => line.replace(/["']$/, ''),
  (line) => line.replace(': ', ':'),
  (line) => line.replace(/^( *)(\w)/, '$1- $2'),
];

function draw(seed: number): Slip | undefined {
  const random = new Random(seed * 7919 + 17);
  const lines = good.split('\n');
  const held = lines.flatMap((line, index) => (/^ *[^# ]/.test(line) ? [index] : []));
  const place = random.integer(0, held.length - 1);
  const index = held[place] ?? 0;
  const change = changes[random.integer(0, changes.length - 1)];
  const line = lines[index] ?? '';
  const changed = change?.(line, random) ?? line;
  // a letter that is cut off is no matter of layout
  if (changed === line || (!line.startsWith(' ') && line.endsWith(changed))) return undefined;
  const text = lines.with(index, changed).join('\n');
  const near = [held[place - 1] ?? 0, index, held[place + 1] ?? index].map((one) => one + 1);
  return { text, near };
}

const slips = Array.from({ length: 1000 }, (_, seed) => draw(seed))
  .filter((slip) => slip !== undefined)
  .filter(({ text }) => readDocument('/c', text).problems.length > 0);

/** The lines that the first problem names. */
function listTold(text: string): readonly number[] {
  const [{ line = 0, message = '' } = {}] = readDocument('/c', text).problems;
  return [line, ...[...message.matchAll(/line (\d+)/g)].map(([, told]) => Number(told))];
}

describe('a layout that is no YAML', () => {
  it.each([
    ['main: a/b\nfallback_chain: [a/c,\na/d]\n', 'what is in this [ goes on'],
    ['main: a/b\nfallback_chain: [a/c,\na/d,\na/e\n]\n', 'what is in this [ goes on'],
    ['main: a/b\nfallback_chain: [a/c,\n\n', 'a [ is not closed'],
    ['main: a/b\nfallback_chain: [a/c\ngateway: {port: 1}\naliases: {x: "[]"}\n', 'a [ is'],
  ])('tells a bracket that is closed too far left from an open one: %j', (text, message) => {
    expect(readDocument('/c', text).problems[0]?.message).toContain(message);
  });

  it('is told at the line that was changed, or beside it', () => {
    expect(slips.length).toBeGreaterThan(300);
    const lost = slips.filter(
      ({ text, near }) => !listTold(text).some((line) => near.includes(line)),
    );
    expect(lost.map(({ text }) => `${listTold(text).join()} in:\n${text}`)).toEqual([]);
  });
});
