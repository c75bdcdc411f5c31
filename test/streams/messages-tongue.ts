/** How a tale is told, and what was told is understood, in `anthropic-messages`. */

import { type Delta, type Tale, type Told, type Tongue, textOfContent } from './tongue.ts';

export const messagesTongue: Tongue = {
  protocol: 'anthropic-messages',
  path: '/v1/messages',
  body: { max_tokens: 4096, messages: [{ role: 'user', content: 'tell' }] },
  callMark: '"tool_use"',
  bytesOf: tellInMessages,
  findPartial: (body) => {
    const { messages } = JSON.parse(body);
    const found = [messages.at(-1), messages.at(-2)].find(
      (message) => message?.role === 'assistant',
    );
    return textOfContent(found?.content);
  },
  read,
};

type Event = Readonly<Record<string, unknown>>;

const stopReasons: Readonly<Record<string, string>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  tool_calls: 'tool_use',
};

function tellInMessages({ deltas, finish }: Tale, isRest: boolean): Buffer {
  const usage = { input_tokens: 3, output_tokens: 1 };
  const message = {
    id: isRest ? 'msg_rest' : 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [],
    usage,
  };
  const events: readonly Event[] = [
    { type: 'message_start', message },
    ...listBlocks(deltas).flatMap(tellBlock),
    {
      type: 'message_delta',
      delta: { stop_reason: stopReasons[finish] },
      usage: { output_tokens: 5 },
    },
    { type: 'message_stop' },
  ];
  return Buffer.from(
    events.map((event) => `event: ${event['type']}\ndata: ${JSON.stringify(event)}\n\n`).join(''),
  );
}

interface Block {
  readonly start: Event;
  readonly deltas: readonly Event[];
}

function listBlocks(deltas: readonly Delta[]): readonly Block[] {
  const thoughts = deltas.flatMap(({ reasoning_content: thinking }) =>
    thinking === undefined ? [] : [{ type: 'thinking_delta', thinking }],
  );
  const texts = deltas.flatMap(({ content }) =>
    content === undefined ? [] : [{ type: 'text_delta', text: content }],
  );
  const pieces = deltas.flatMap(({ tool_calls: calls }) => (Array.isArray(calls) ? calls : []));
  const inputs = pieces.map(({ function: { arguments: text } }) => ({
    type: 'input_json_delta',
    partial_json: text,
  }));
  const signed = { type: 'signature_delta', signature: 'signed' };
  return [
    { start: { type: 'thinking', thinking: '', signature: '' }, deltas: [...thoughts, signed] },
    { start: { type: 'text', text: '' }, deltas: texts },
    { start: { type: 'tool_use', id: 'toolu_1', name: 'look_up', input: {} }, deltas: inputs },
  ].filter(({ deltas: [first] }) => first !== undefined && first !== signed);
}

function tellBlock({ start, deltas }: Block, index: number): readonly Event[] {
  return [
    { type: 'content_block_start', index, content_block: start },
    { type: 'ping' },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ];
}

/** An event of a test's own stream. */
interface StreamedEvent {
  readonly type: string;
  readonly index: number;
  readonly content_block: { readonly type: string };
  readonly delta?: Readonly<Record<string, string>>;
}

function read(got: string): Told {
  const frames = got.split('\n\n').filter((frame) => frame.includes('data: '));
  const events: readonly StreamedEvent[] = frames.map((frame) =>
    JSON.parse(frame.slice(frame.indexOf('data: ') + 'data: '.length)),
  );
  const join = (field: string): string => events.map(({ delta }) => delta?.[field] ?? '').join('');
  const count = (type: string): number => events.filter((event) => event.type === type).length;
  const names = Object.entries(stopReasons);
  return {
    text: join('text'),
    reasoning: join('thinking'),
    input: join('partial_json'),
    finishes: events.flatMap(({ delta }) =>
      names.flatMap(([name, reason]) => (delta?.['stop_reason'] === reason ? [name] : [])),
    ),
    errors: count('error'),
    markers: count('message_stop'),
    isErrorLast: events.at(-1)?.type === 'error',
    isMarkerLast: got.endsWith('event: message_stop\ndata: {"type":"message_stop"}\n\n'),
    oddities: [...findMisnamed(frames), ...findDisorder(events)],
  };
}

function findMisnamed(frames: readonly string[]): readonly string[] {
  return frames.filter((frame) => {
    const name = /^event: (.*)$/m.exec(frame)?.[1];
    return name === undefined || !frame.includes(`"type":"${name}"`);
  });
}

/**
 * One message; blocks one after the other, numbered from 0, each begun before it is told and ended
 * before the end.
 */
function findDisorder(events: readonly StreamedEvent[]): readonly string[] {
  const wrong: string[] = [];
  const walk = { open: undefined as { index: number; type: string } | undefined, next: 0 };
  for (const [place, event] of events.entries()) {
    const at = `event ${place}: ${JSON.stringify(event)}`;
    if ((event.type === 'message_start') !== (place === 0))
      wrong.push(`the message begins elsewhere, ${at}`);
    if (!fits(event, walk)) wrong.push(at);
  }
  return wrong;
}

const kinds: Readonly<Record<string, string>> = {
  text_delta: 'text',
  thinking_delta: 'thinking',
  signature_delta: 'thinking',
  input_json_delta: 'tool_use',
};

function fits(
  event: StreamedEvent,
  walk: { open: { index: number; type: string } | undefined; next: number },
): boolean {
  const { open } = walk;
  switch (event.type) {
    case 'content_block_start':
      walk.open = { index: event.index, type: event.content_block.type };
      walk.next += 1;
      return open === undefined && event.index === walk.next - 1;
    case 'content_block_delta':
      return open?.index === event.index && open?.type === kinds[event.delta?.['type'] ?? ''];
    case 'content_block_stop':
      walk.open = undefined;
      return open?.index === event.index;
    case 'message_delta':
    case 'message_stop':
      return open === undefined;
    default:
      return true;
  }
}
