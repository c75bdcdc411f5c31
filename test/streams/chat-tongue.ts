/** How a tale is told, and what was told is understood, in `openai-chat`. */

import { type Tale, type Told, type Tongue, textOfContent } from './tongue.ts';

export const chatTongue: Tongue = {
  protocol: 'openai-chat',
  path: '/v1/chat/completions',
  body: { messages: [{ role: 'user', content: 'tell' }] },
  callMark: '"tool_calls"',
  bytesOf: tellInChat,
  findPartial: (body) => {
    const { messages } = JSON.parse(body);
    const found = [messages.at(-1), messages.at(-2)].find(
      (message) => message?.role === 'assistant',
    );
    return textOfContent(found?.content);
  },
  read,
};

function tellInChat({ deltas, finish, runningUsage: usage }: Tale): Buffer {
  const events = [
    ...deltas.map((delta) => ({ id: 'a', model: 'm', choices: [{ index: 0, delta }], usage })),
    { id: 'a', model: 'm', choices: [{ index: 0, delta: {}, finish_reason: finish }] },
    { id: 'a', model: 'm', choices: [], usage: { prompt_tokens: 3, completion_tokens: 5 } },
  ];
  return Buffer.from(
    `${events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')}data: [DONE]\n\n`,
  );
}

function read(got: string): Told {
  const datas = got
    .split('\n\n')
    .filter((event) => event.startsWith('data: '))
    .map((event) => event.slice('data: '.length));
  const chunks = datas.filter((data) => data !== '[DONE]').map((data) => JSON.parse(data));
  const choices = chunks.flatMap((chunk) => chunk.choices ?? []);
  const join = (field: string): string =>
    choices.map((choice) => choice.delta?.[field] ?? '').join('');
  return {
    text: join('content'),
    reasoning: join('reasoning_content'),
    input: choices
      .map((choice) => choice.delta?.tool_calls?.[0]?.function.arguments ?? '')
      .join(''),
    finishes: choices.flatMap((choice) => choice.finish_reason ?? []),
    errors: chunks.filter((chunk) => chunk.error !== undefined).length,
    markers: datas.filter((data) => data === '[DONE]').length,
    isErrorLast: chunks.at(-1)?.error !== undefined && datas.at(-1) !== '[DONE]',
    isMarkerLast: got.endsWith('data: [DONE]\n\n'),
    oddities: [],
  };
}
