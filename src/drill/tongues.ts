/**
 * The protocols in which a drill asks: the body of its question, and how to read an answer in each.
 */

import { valuesAt } from '../access/classify/error-body.ts';
import type { ProtocolName } from '../model/protocol.ts';
import type { DrillMode } from './faults.ts';

/** The content of an answer, whatever its protocol. */
export interface DrillAnswer {
  readonly text: string;
  readonly model: string | undefined;
  readonly hasUsage: boolean;
  readonly hasEnd: boolean;
  readonly error: string | undefined;
}

export interface DrillText {
  readonly asked: string;
  /** Adds system messages before, between and after the others, as agents send them. */
  readonly hasRoles: boolean;
}

export interface Tongue {
  /** Returns the path with its query, if any. */
  pathFor(task: string, mode: DrillMode): string;
  createBody(task: string, question: DrillText, mode: DrillMode): object;
  /** Matches an event with text in it. */
  readonly firstText: RegExp;
  /** Says where the text is in such an event, and in a whole answer. */
  readonly textAt: { readonly event: string; readonly whole: string };
  /** Matches the last event of a complete answer. */
  readonly lastEvent: RegExp;
}

const purpose = 'You help a drill.';
const rule = 'Leave nothing out.';
const note = 'The user is in a hurry.';

export const tongues: Readonly<Record<ProtocolName, Tongue>> = {
  'openai-chat': {
    pathFor: () => '/v1/chat/completions',
    createBody: (model, { asked, hasRoles }, mode) => ({
      model,
      messages: amongInstructions({ role: 'user', content: asked }, hasRoles),
      ...(mode === 'whole' ? {} : { stream: true, stream_options: { include_usage: true } }),
    }),
    firstText: /"content":"[^"]/,
    textAt: { event: 'choices[].delta.content', whole: 'choices[].message.content' },
    lastEvent: /^\[DONE\]$/,
  },
  'openai-responses': {
    pathFor: () => '/v1/responses',
    createBody: (model, { asked, hasRoles }, mode) => ({
      model,
      input: amongInstructions({ role: 'user', content: asked }, hasRoles),
      ...(mode === 'whole' ? {} : { stream: true }),
    }),
    firstText: /response\.output_text\.delta/,
    textAt: { event: 'delta', whole: 'output[].content[].text' },
    lastEvent: /"type":"response\.(completed|incomplete)"/,
  },
  'anthropic-messages': {
    pathFor: () => '/v1/messages',
    createBody: (model, { asked, hasRoles }, mode) => ({
      model,
      max_tokens: 4096,
      ...(hasRoles ? { system: [purpose, rule].map((text) => ({ type: 'text', text })) } : {}),
      messages: [
        { role: 'user', content: asked },
        ...(hasRoles ? [{ role: 'system', content: note }] : []),
      ],
      ...(mode === 'whole' ? {} : { stream: true }),
    }),
    firstText: /"text_delta"/,
    textAt: { event: 'delta.text', whole: 'content[].text' },
    lastEvent: /"type":"message_stop"/,
  },
  'google-generate-content': {
    pathFor: (task, mode) =>
      `/v1beta/models/${task}:${mode === 'whole' ? 'generateContent' : 'streamGenerateContent?alt=sse'}`,
    createBody: (_task, { asked, hasRoles }) => ({
      ...(hasRoles
        ? { systemInstruction: { parts: [purpose, rule, note].map((text) => ({ text })) } }
        : {}),
      contents: [{ role: 'user', parts: [{ text: asked }] }],
    }),
    firstText: /"text":"[^"]/,
    textAt: {
      event: 'candidates[].content.parts[].text',
      whole: 'candidates[].content.parts[].text',
    },
    lastEvent: /"finishReason":/,
  },
};

function amongInstructions(question: object, isAmong: boolean): readonly object[] {
  const say = (content: string): object => ({ role: 'system', content });
  return isAmong ? [say(purpose), say(rule), question, say(note)] : [question];
}

/** Returns the data of every event of a stream, in order. */
export function readStream(
  { firstText, textAt, lastEvent }: Tongue,
  datas: readonly string[],
): DrillAnswer {
  const texts = datas.filter((data) => firstText.test(data)).map(parseOrError);
  return {
    ...readOpening(datas.filter((data) => data !== '[DONE]').map(parseOrError)),
    text: textsAt(texts, [textAt.event]).join(''),
    hasEnd: lastEvent.test(datas.at(-1) ?? ''),
  };
}

export function readWholeAnswer({ textAt }: Tongue, body: string): DrillAnswer {
  const answers = [parseOrError(body)];
  const texts = textsAt(answers, [textAt.whole]);
  return { ...readOpening(answers), text: texts.join(''), hasEnd: texts.length > 0 };
}

/** Reads the facts that every protocol reports, each at its own place. */
function readOpening(
  events: readonly unknown[],
): Pick<DrillAnswer, 'model' | 'hasUsage' | 'error'> {
  const usages = ['usage', 'message.usage', 'response.usage', 'usageMetadata'];
  return {
    model: textsAt(events, ['model', 'message.model', 'response.model', 'modelVersion']).at(-1),
    hasUsage: events.some((event) =>
      usages
        .flatMap((path) => valuesAt(event, path))
        .some((usage) => typeof usage === 'object' && usage),
    ),
    error: textsAt(events, ['error.message', 'response.error.message'])[0],
  };
}

function textsAt(events: readonly unknown[], paths: readonly string[]): readonly string[] {
  return events
    .flatMap((event) => paths.flatMap((path) => valuesAt(event, path)))
    .filter((value) => typeof value === 'string');
}

function parseOrError(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return { error: { message: 'what came is not JSON' } };
  }
}
