/** How a tale is told, and what was told is understood, in `google-generate-content`. */

import type { Delta, Tale, Told, Tongue } from './tongue.ts';

export const googleTongue: Tongue = {
  protocol: 'google-generate-content',
  path: '/v1beta/models/main:streamGenerateContent',
  query: 'alt=sse',
  body: { contents: [{ role: 'user', parts: [{ text: 'tell' }] }] },
  callMark: '"functionCall"',
  bytesOf: tellInGoogle,
  findPartial: (body) => {
    const { contents } = JSON.parse(body);
    const found = [contents.at(-1), contents.at(-2)].find((turn) => turn?.role === 'model');
    return found?.parts.map(({ text = '' }) => text).join('');
  },
  read,
};

type Part = Readonly<Record<string, unknown>>;

const finishes: Readonly<Record<string, string>> = {
  stop: 'STOP',
  length: 'MAX_TOKENS',
  tool_calls: 'STOP',
};

function tellInGoogle({ deltas, finish }: Tale, isRest: boolean): Buffer {
  const own = { modelVersion: 'm', responseId: isRest ? 'rest' : 'first' };
  const toEvent = (parts: readonly Part[], more: object = {}) => ({
    candidates: [{ content: { parts, role: 'model' }, index: 0, ...more }],
    ...own,
  });
  const usageMetadata = { promptTokenCount: 3, candidatesTokenCount: 5, totalTokenCount: 8 };
  const events = [
    ...listParts(deltas).map((part) => toEvent([part])),
    { ...toEvent([{ text: '' }], { finishReason: finishes[finish] }), usageMetadata },
  ];
  return Buffer.from(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''));
}

/** A call comes whole. */
function listParts(deltas: readonly Delta[]): readonly Part[] {
  const thoughts = deltas.flatMap(({ reasoning_content: text }) =>
    text === undefined ? [] : [{ text, thought: true }],
  );
  const texts = deltas.flatMap(({ content: text }) => (text === undefined ? [] : [{ text }]));
  const pieces = deltas.flatMap(({ tool_calls: calls }) => (Array.isArray(calls) ? calls : []));
  const input = pieces.map(({ function: { arguments: text } }) => text).join('');
  const call = { id: 'call_1', name: 'look_up', args: JSON.parse(input || '{}') };
  return [
    ...thoughts,
    ...texts,
    ...(input === '' ? [] : [{ functionCall: call, thoughtSignature: 'signed' }]),
  ];
}

function read(got: string): Told {
  const datas = got
    .split('\n\n')
    .map((event) => event.trimStart())
    .filter((event) => event !== '')
    .map((event) => (event.startsWith('data: ') ? event.slice('data: '.length) : event));
  const events = datas.map((data) => JSON.parse(data));
  const candidates = events.flatMap((event) => event.candidates ?? []);
  const parts = candidates.flatMap((candidate) => candidate.content?.parts ?? []);
  const join = (isThought: boolean): string =>
    parts.map(({ text = '', thought = false }) => (thought === isThought ? text : '')).join('');
  const calls = parts.flatMap(({ functionCall: call }) =>
    call === undefined ? [] : [JSON.stringify(call.args)],
  );
  const reasons = candidates.flatMap(({ finishReason }) => finishReason ?? []);
  const names: Readonly<Record<string, string>> = { STOP: 'stop', MAX_TOKENS: 'length' };
  return {
    text: join(false),
    reasoning: join(true),
    input: calls.join(''),
    finishes: reasons.map((reason) =>
      calls.length > 0 ? 'tool_calls' : (names[reason] ?? reason),
    ),
    errors: events.filter((event) => event.error !== undefined).length,
    markers: reasons.length,
    isErrorLast: events.at(-1)?.error !== undefined,
    isMarkerLast: events.at(-1)?.candidates?.[0]?.finishReason !== undefined,
    oddities:
      new Set(events.flatMap(({ responseId }) => responseId ?? [])).size > 1 ? ['two ids'] : [],
  };
}
