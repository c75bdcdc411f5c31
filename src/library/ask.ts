/**
 * One plain question through the engine: writes the request, and reads the streamed answer as text.
 */

import { type ErrorInBody, readErrorInBody, toAskError } from '../access/tasks/ask-task.ts';
import type { RequestRecord } from '../model/record.ts';
import type { ReplySink } from '../model/request.ts';
import type { Runtime } from '../runtime.ts';
import { hasProfile, profileOf } from '../tasks/profiles.ts';
import { SseSplitter } from '../transport/sse.ts';
import type { Calls, LibraryCall } from './calls.ts';
import type { AskResult, Question } from './question.ts';

export async function ask(runtime: Runtime, calls: Calls, question: Question): Promise<AskResult> {
  const heard = new Listening();
  let requestId = '';
  const record = await calls.run(question, (call) => {
    ({ requestId } = call);
    return sendQuestion(runtime, { question, call }, heard);
  });
  if (heard.error !== undefined || record?.outcome !== 'answered') throw heard.toError(record);
  return {
    text: heard.text,
    target: record.answeredBy ?? '',
    attempts: record.attempts.length,
    requestId,
    skipped: record.skipped,
    ...(record.usage === undefined ? {} : { usage: record.usage }),
  };
}

async function sendQuestion(
  runtime: Runtime,
  { question, call }: { readonly question: Question; readonly call: LibraryCall },
  heard: Listening,
): Promise<RequestRecord | undefined> {
  const { requestId, signal } = call;
  const { model = 'main', isPicked, isAlone, maxWaitMs } = question;
  heard.onText = (text) => passText(question, call, text);
  const messages = listMessages(question);
  const body = { model, stream: true, stream_options: { include_usage: true }, messages };
  const record = await runtime.exchange(
    {
      method: 'POST',
      path: '/v1/chat/completions',
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify(body)),
      signal,
      requestId,
      isPicked,
      isAlone,
      maxWaitMs,
    },
    heard,
  );
  signal.throwIfAborted();
  return record;
}

/** A known task has a system prompt of its own, unless the caller supplies one. */
function listMessages({ model = 'main', system, prompt }: Question): readonly object[] {
  const asked = { role: 'user', content: prompt } as const;
  if (system !== undefined) return [{ role: 'system', content: system }, asked];
  return hasProfile(model) ? profileOf(model).prompt([asked]) : [asked];
}

/** An exception from `onText` ends the call, and `ask()` rejects with it. */
function passText({ onText }: Question, call: LibraryCall, text: string): void {
  if (call.signal.aborted) return;
  try {
    onText?.(text);
  } catch (error) {
    call.abort(error);
  }
}

/** Reads an answer: the events' text, or the error body. */
export class Listening implements ReplySink {
  status = 0;
  text = '';
  error: ErrorInBody | undefined;
  onText: (text: string) => void = () => undefined;
  #body = '';
  readonly #decoder = new TextDecoder();
  readonly #splitter = new SseSplitter();

  head(status: number): void {
    this.status = status;
  }

  write(chunk: Uint8Array): true {
    if (this.status === 200) {
      for (const { data } of this.#splitter.push(Buffer.from(chunk)))
        if (data !== undefined) this.#take(data);
    } else {
      this.#body += this.#decoder.decode(chunk, { stream: true });
      const error = readErrorInBody(parseChunk(this.#body).error);
      this.error = error.message === undefined ? { message: this.#body } : error;
    }
    return true;
  }

  onDrain(resume: () => void): void {
    resume();
  }

  end(chunk?: Uint8Array): void {
    if (chunk !== undefined) this.write(chunk);
  }

  toError(record: RequestRecord | undefined): Error {
    const { status, text: partialText } = this;
    return toAskError(record, this.error ?? {}, { status, partialText });
  }

  #take(data: string): void {
    if (data === '[DONE]') return;
    const { choices, ...chunk } = parseChunk(data);
    const error = readErrorInBody(chunk.error);
    if (error.message !== undefined) {
      this.error = error;
      return;
    }
    const { content, refusal } = choices?.[0]?.delta ?? {};
    // a refusal is what the model says, in a field of its own
    const piece = content || refusal || '';
    if (piece === '') return;
    this.text += piece;
    this.onText(piece);
  }
}

interface ChunkShape {
  readonly choices?: readonly {
    readonly delta?: { readonly content?: string | null; readonly refusal?: string | null };
  }[];
  readonly error?: unknown;
}

function parseChunk(data: string): ChunkShape {
  try {
    return JSON.parse(data);
  } catch {
    return {}; // an incomplete error body
  }
}
