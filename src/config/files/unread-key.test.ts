/** Without a configuration, what was written in place of a known variable is told at its place. */

import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { catalogue } from '../../providers/builtin.ts';
import { createDotenv } from './dotenv.ts';
import { describeUnreadKey } from './unread-key.ts';

const key = `sk-test-${'a'.repeat(20)}`;
const path = '/h/.config/holdfast/.env';
const known = catalogue.entries.flatMap(({ defaultModel, keyVariables, parts }) =>
  defaultModel === undefined || parts !== undefined ? [] : keyVariables,
);

function tell(
  text: string,
  environment: Readonly<Record<string, string>> = {},
): string | undefined {
  const host = createFakeHost({
    files: { [path]: text },
    environment: { HOME: '/h', ...environment },
  });
  const places = { dotenv: createDotenv(host, path), ...host };
  return describeUnreadKey(known, new Map([['CLAUDE', 'ANTHROPIC_API_KEY']]), places);
}

describe('a key under another name', () => {
  it.each(known)('of %s is told with the name that is read', (name) => {
    const vendor = name.replace(/_?(API_)?KEY$/, '');
    for (const other of [
      `${vendor}_KEY`,
      `${vendor}_TOKEN`,
      `${vendor}_APIKEY`,
      `${name}S`,
      name.toLowerCase(),
    ]) {
      if (known.includes(other)) continue;
      expect(tell(`A=1\n${other}=${key}`)).toBe(`${path}:2 sets ${other}: was ${name} meant?`);
      expect(tell('', { [other]: key })).toBe(`the environment sets ${other}: was ${name} meant?`);
    }
  });

  it.each([
    ['CLAUDE_API_KEY', 'ANTHROPIC_API_KEY'],
    ['OPNEAI_API_KEY', 'OPENAI_API_KEY'],
    ['OPEN_AI_API_KEY', 'OPENAI_API_KEY'],
    ['ANTHROPIC_AUTH_TOKEN', 'ANTHROPIC_API_KEY'],
  ])('%s is %s', (other, name) => {
    expect(tell(`${other}=${key}`)).toContain(`was ${name} meant?`);
  });

  it.each(['API_KEY', 'LLMX_API_KEY', 'GITHUB_TOKEN', 'SECRET_KEY', 'GROKKER_API_KEY'])(
    '%s is nobody’s, and its name is told',
    (other) => {
      expect(tell(`${other}=${key}`)).toBe(`${path} sets no key that is known, but ${other}`);
      expect(tell('', { [other]: key })).toBeUndefined();
    },
  );
});

describe('a line that sets nothing', () => {
  it.each([
    [key, 'is a value without a name, which sets nothing; write NAME=VALUE'],
    ['OPENAI_API_KEY', 'names OPENAI_API_KEY and gives it no value; write OPENAI_API_KEY=VALUE'],
    [
      `OPENAI_API_KEY ${key}`,
      'writes "OPENAI_API_KEY …", which sets nothing; write OPENAI_API_KEY=…',
    ],
    [`# OPENAI_API_KEY=${key}`, 'has it in a comment: take out the #'],
    [
      `A="b\nOPENAI_API_KEY="${key}"`,
      'opens a quotation mark (") that is not closed on that line: close it there',
    ],
  ])('%s', (line, told) => {
    expect(tell(line)).toBe(`${path}:1 ${told}`);
  });

  it.each([`{"OPENAI_API_KEY":"${key}"}`, 'my keys are below'])('is told of %s', (line) => {
    expect(tell(`# keys\n${line}\n`)).toBe(`no line of ${path} is NAME=VALUE`);
  });

  it('is told of a file that is no text', () => {
    expect(tell(`O\0P\0=\0${key}`)).toContain('cannot be read');
  });

  it('is no matter of a file that says nothing', () => {
    expect(tell('# keys\n')).toBeUndefined();
  });
});
