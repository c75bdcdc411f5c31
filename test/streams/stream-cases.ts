/** Answers of many events, and what the caller of one that broke must have got. */

import { chatTongue } from './chat-tongue.ts';
import { googleTongue } from './google-tongue.ts';
import { messagesTongue } from './messages-tongue.ts';
import { responsesTongue } from './responses-tongue.ts';
import { bytesOf, callersTongue, textOf, tongueOf } from './teller.ts';
import type { Delta, Tale, Told, Tongue } from './tongue.ts';

const prose =
  'Der Müller hatte eine schöne Tochter 👩‍🌾; “she can spin straw into gold”, he said to the king. 王様は喜びました。 And so the tale went on.';

const code = [
  'function clamp(value, low, high) {',
  '  if (value < low) {',
  '    return low;',
  '  }',
  '  if (value > high) {',
  '    return high;',
  '  }',
  '  return value;',
  '}',
  'x += 1;',
  'x += 1;',
  'x += 1;',
  'if (x) {',
  '  y();',
  '}',
  'if (x) {',
  '  y();',
  '}',
  '',
].join('\n');

function contents(text: string, count: number): readonly Delta[] {
  return piecesOf(text, count).map((content) => ({ content }));
}

/** Exactly this many pieces, by UTF-16 unit but never of half a character. */
function piecesOf(text: string, count: number): readonly string[] {
  const points = [...text];
  const size = points.length / count;
  return Array.from({ length: count }, (_, index) =>
    points.slice(Math.floor(index * size), Math.floor((index + 1) * size)).join(''),
  ).filter((piece) => piece !== '');
}

function numbered(text: string): string {
  return Array.from({ length: 5 }, (_, index) => `${index + 1}. ${text}`).join('\n');
}

const call = {
  index: 0,
  id: 'call_1',
  type: 'function',
  function: { name: 'look_up', arguments: '' },
};
const callInput = JSON.stringify({ city: 'Köln', days: [1, 2, 3], note: 'x'.repeat(80) });

/** Tales of so many events each. */
function inEvents(events: number): Readonly<Record<string, Tale>> {
  const thoughts = Math.floor(events * 0.3);
  const words = Math.floor(events / 2);
  return {
    'a text': { deltas: contents(numbered(prose), events), finish: 'stop' },
    'code with repeated short lines': { deltas: contents(numbered(code), events), finish: 'stop' },
    'reasoning and text': {
      deltas: [
        ...piecesOf(`The user wants a tale. ${prose}`, thoughts).map((text) => ({
          reasoning_content: text,
        })),
        ...contents(numbered(prose), events - thoughts),
      ],
      finish: 'stop',
    },
    'text and a tool call': {
      deltas: [
        ...contents(prose, words),
        { tool_calls: [call] },
        ...piecesOf(callInput, events - words - 1).map((piece) => ({
          tool_calls: [{ index: 0, function: { arguments: piece } }],
        })),
      ],
      finish: 'tool_calls',
    },
  };
}

const long = inEvents(200);
const short = inEvents(16);

function tellIn(tongue: Tongue): Readonly<Record<string, Tale>> {
  return Object.fromEntries(
    Object.entries(long).map(([name, tale]) => [
      `${name}, in ${tongue.protocol}`,
      { ...tale, tongue },
    ]),
  );
}

const tongues: readonly Tongue[] = [chatTongue, responsesTongue, messagesTongue, googleTongue];

/** Each tale of 200 events in each wire format. */
export const tales: Readonly<Record<string, Tale>> = {
  ...long,
  ...tellIn(responsesTongue),
  ...tellIn(messagesTongue),
  ...tellIn(googleTongue),
};

/**
 * Each tale in short, since a cut costs more here, told in one wire format to a caller of another.
 */
export const translatedTales: Readonly<Record<string, Tale>> = Object.fromEntries(
  tongues.flatMap((asked) =>
    tongues
      .filter((tongue) => tongue !== asked)
      .flatMap((tongue) =>
        Object.entries(short).map(([name, tale]) => [
          `${name}, asked for in ${asked.protocol}, told in ${tongue.protocol}`,
          { ...tale, asked, tongue },
        ]),
      ),
  ),
);

/**
 * What is wrong with what the caller got; empty when it is the whole answer, or one clean error
 * after the truth so far.
 */
export function judge(tale: Tale, got: string, cut: number): readonly string[] {
  const told = callersTongue(tale).read(got);
  const wrong: string[] = [...told.oddities];
  const isError = told.errors > 0;
  const isCallTold = isToolCallStarted(tale, cut) || got.includes(callersTongue(tale).callMark);
  if (isError && !isCallTold) wrong.push('an error, though somebody could have gone on');
  if (isError) wrong.push(...judgeError(tale, told));
  else wrong.push(...judgeWhole(tale, told));
  const reasoning = tale.deltas.map(({ reasoning_content: text }) => text ?? '').join('');
  if (!reasoning.startsWith(told.reasoning)) wrong.push(`reasoning: ${told.reasoning}`);
  return wrong;
}

function judgeWhole(tale: Tale, told: Told): readonly string[] {
  const wrong: string[] = [];
  const input = tale.deltas.some(({ tool_calls }) => tool_calls !== undefined) ? callInput : '';
  if (told.text !== textOf(tale.deltas)) wrong.push(`text: ${told.text}`);
  if (told.input !== input) wrong.push(`tool input: ${told.input}`);
  if (told.finishes.join() !== tale.finish) wrong.push(`finish reasons: ${told.finishes.join()}`);
  if (told.markers !== 1 || !told.isMarkerLast) wrong.push(`${told.markers} markers`);
  return wrong;
}

function judgeError(tale: Tale, told: Told): readonly string[] {
  const wrong: string[] = [];
  if (told.errors !== 1 || !told.isErrorLast) wrong.push(`${told.errors} errors`);
  if (told.markers > 0 || told.finishes.length > 0) wrong.push('a normal end beside an error');
  if (!textOf(tale.deltas).startsWith(told.text)) wrong.push(`text: ${told.text}`);
  if (!callInput.startsWith(told.input)) wrong.push(`tool input: ${told.input}`);
  return wrong;
}

/** The first event with a tool call stands whole before the cut. */
function isToolCallStarted(tale: Tale, cut: number): boolean {
  const first = tale.deltas.findIndex(({ tool_calls }) => tool_calls !== undefined);
  if (first < 0) return false;
  const whole = bytesOf(tale);
  const until = whole.indexOf('\n\n', whole.indexOf(tongueOf(tale).callMark));
  return cut >= until;
}
