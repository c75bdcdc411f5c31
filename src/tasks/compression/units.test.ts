import { describe, expect, it } from 'vitest';
import { countText } from '../../protocols/content/count-text.ts';
import type { TaskMessage } from '../profile.ts';
import { countMessages, takeChunk, toUnits } from './units.ts';

const call = (id: string, name: string, given = '{}'): TaskMessage => ({
  role: 'assistant',
  content: null,
  tool_calls: [{ id, type: 'function', function: { name, arguments: given } }],
});
const result = (id: string, content: string): TaskMessage => ({
  role: 'tool',
  tool_call_id: id,
  content,
});
const picture = {
  type: 'image_url',
  image_url: { url: `data:image/png;base64,${'A'.repeat(100_000)}` },
} as const;

describe('units of a conversation', () => {
  it('a call of tools and all of its results are one', () => {
    const two: TaskMessage = {
      ...call('a', 'read'),
      tool_calls: [
        ...(call('a', 'read').tool_calls ?? []),
        ...(call('b', 'grep').tool_calls ?? []),
      ],
    };
    const units = toUnits([
      { role: 'user', content: 'go' },
      two,
      result('b', 'none'),
      result('a', 'text'),
      { role: 'assistant', content: 'done' },
    ]);
    expect(units.map(({ text }) => text)).toEqual([
      '[user] go',
      '[assistant calls read] {}\n[assistant calls grep] {}\n[result of grep] none\n[result of read] text',
      '[assistant] done',
    ]);
  });

  it('leaves pictures out of the count', () => {
    const seen = [
      { role: 'user', content: [{ type: 'text', text: 'what is this?' }, picture] },
    ] as const;
    expect(countMessages(seen)).toBeLessThan(20);
    expect(toUnits(seen)[0]?.text).toBe('[user] what is this?\n[picture]');
  });

  it('takes as many as fit, and never tears one that fits alone', () => {
    const units = toUnits(
      [1, 2, 3].flatMap((n) => [call(`c${n}`, `tool${n}`), result(`c${n}`, 'word '.repeat(40))]),
    );
    const limit = (units[0]?.tokens ?? 0) * 2 + 1;
    const { text, rest } = takeChunk(units, limit);
    expect(text.match(/\[assistant calls (\w+)\]/g)).toHaveLength(2);
    expect(text.match(/\[result of (\w+)\]/g)).toHaveLength(2);
    expect(rest).toEqual(units.slice(2));
  });

  it('tells a unit that is too long in parts, each with the call that it belongs to, and loses no line', () => {
    const lines = Array.from({ length: 2000 }, (_, n) => `line ${n}`);
    let pieces = takeChunk(
      toUnits([call('a', 'read', '{"path":"long.txt"}'), result('a', lines.join('\n'))]),
      1000,
    );
    const texts = [pieces.text];
    while (pieces.rest.length > 0) {
      pieces = takeChunk(pieces.rest, 1000);
      texts.push(pieces.text);
    }
    expect(texts.length).toBeGreaterThan(4);
    for (const text of texts) expect(text).toContain('[assistant calls read] {"path":"long.txt"}');
    const told = texts.join('\n');
    expect(lines.filter((line) => !told.includes(line))).toEqual([]);
  });

  it.each([
    'some words and a/file.ts. ',
    'x',
    '4711',
    '    x\n',
    '决定。',
    'Größe der Datei, ',
    'a\n',
  ])('fills the parts of one long text of %j to the limit, and not beyond', (piece) => {
    const content = piece.repeat(60_000 / piece.length);
    const [unit] = toUnits([{ role: 'user', content }]);
    const limit = (unit?.tokens ?? 0) / 5;
    const { text, rest } = takeChunk(unit === undefined ? [] : [unit], limit);
    const told = [countText(text), ...rest.map(({ tokens }) => tokens)];
    expect(Math.max(...told)).toBeLessThanOrEqual(limit);
    expect(told.slice(0, -1).every((tokens) => tokens > 0.8 * limit)).toBe(true);
  });
});
