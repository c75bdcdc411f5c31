/**
 * Runs a chat: read a message, answer it, store both, repeat. No failure ends the loop or loses
 * what was typed.
 */

import { factsOf, sentenceOf } from '../logs/request-entries.ts';
import type { EngineEvent } from '../model/events.ts';
import type { RequestRecord } from '../model/record.ts';
import { findAttachments } from './attachments.ts';
import { type Commanded, runChatCommand } from './chat-commands.ts';
import type { ChatContext } from './context.ts';
import { createPartialWriter } from './partial-writer.ts';
import { refuse } from './refuse.ts';
import type { AnswerView } from './screen/face.ts';
import { SideWork } from './side-work.ts';
import { answerTurn, type TurnEnd } from './turn.ts';
import { lateMs, TurnStatus } from './turn-status.ts';

const command = /^\/([a-z]+)(?:\s+(.*))?$/;

export class Chat implements Commanded {
  readonly context: ChatContext;
  model: string;
  readonly records: RequestRecord[] = [];
  readonly #sideWork: SideWork;
  readonly #warnings: string[] = [];
  /** Of the answer that is awaited or comes. */
  #progress: { readonly view: AnswerView; readonly status: TurnStatus } | undefined;
  #prefill: string;
  #fault: unknown;

  constructor(context: ChatContext) {
    this.context = context;
    this.model = context.model;
    this.#sideWork = new SideWork(context);
    this.#prefill = context.conversation.unanswered ?? '';
  }

  /** Ends when the person leaves. Resolves with the last message's error, or undefined. */
  async run(): Promise<unknown> {
    const stop = this.context.holdfast.on((event) => this.#hear(event));
    try {
      for (let text = await this.#read(); text !== undefined; text = await this.#read())
        await this.#take(text);
      return this.#fault;
    } finally {
      stop();
      this.#sideWork.end();
    }
  }

  async answer(): Promise<void> {
    let end = await this.#askLast();
    const hasRoom =
      isOverflow(end) &&
      (await this.#untilInterrupted((signal) => this.#sideWork.makeRoomForLast(signal)));
    if (hasRoom) end = await this.#askLast();
    const { record, error } = end;
    if (error !== undefined) throw error;
    if (record?.outcome !== 'answered') this.context.face.say('Stopped. The text so far is saved.');
    else if (factsOf(record) !== undefined) this.context.face.say(sentenceOf(record));
    this.#sideWork.afterTurn(record);
  }

  async #askLast(): Promise<TurnEnd> {
    const { conversation } = this.context;
    const number = await conversation.beginAnswer();
    if (number === undefined) throw refuse('nothing has been said yet', 'write a message');
    const end = await this.#untilInterrupted((signal) => this.#stream(number, signal));
    const { record, text, error } = end;
    const unfinished = error === undefined ? 'stopped' : 'broken';
    const isWhole = record?.outcome === 'answered' && error === undefined;
    await conversation.writeAnswer(number, {
      text,
      state: isWhole ? 'whole' : unfinished,
      model: record?.answeredBy,
      requestId: record?.id,
      usd: record?.cost?.usd,
    });
    if (record !== undefined) this.records.push(record);
    return end;
  }

  async #read(): Promise<string | undefined> {
    for (const text of this.#warnings.splice(0)) this.context.face.say(`warning: ${text}`);
    const prefill = this.#prefill;
    this.#prefill = '';
    return this.context.face.read(prefill, this.context.leaving);
  }

  async #take(text: string): Promise<void> {
    this.#fault = undefined;
    try {
      if (text.trim() !== '') await this.#obey(text.trim());
    } catch (error) {
      this.#fault = error;
      // Nobody wants to edit a failed command, but an unanswered message may need editing.
      this.#prefill = command.test(text.trim())
        ? (this.context.conversation.unanswered ?? '')
        : text;
      this.context.face.say(this.context.explain(error));
    }
  }

  async #obey(text: string): Promise<void> {
    const [, name, argument = ''] = command.exec(text) ?? [];
    if (name !== undefined) return runChatCommand(this, name, argument.trim());
    const { conversation, face, host } = this.context;
    // A message that was sent before without an answer is not stored twice.
    if (conversation.unanswered === text) return this.answer();
    const { attachments, missing } = findAttachments(host, text);
    if (attachments.length > 0) face.say(`With ${attachments.map(({ name }) => name).join(', ')}.`);
    if (missing.length > 0) face.say(`There is no file ${missing.join(', ')}: it is sent as text.`);
    await this.#untilInterrupted((signal) => this.#sideWork.makeRoom(signal));
    await conversation.ask(text, attachments);
    return this.answer();
  }

  async #untilInterrupted<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    const caller = new AbortController();
    const stop = this.context.face.onInterrupt(() => caller.abort());
    return work(AbortSignal.any([caller.signal, this.context.leaving])).finally(stop);
  }

  async #stream(number: number, signal: AbortSignal): Promise<TurnEnd> {
    const { conversation, face, holdfast, host } = this.context;
    const writer = createPartialWriter(host.clock, (text) =>
      conversation.writeAnswer(number, { text, state: 'streaming' }),
    );
    const view = face.answer();
    const status = new TurnStatus(host.clock, this.model);
    this.#progress = { view, status };
    this.#showProgress();
    const late = host.clock.startTimer(lateMs, () => {
      if (status.noteLate()) this.#showProgress();
    });
    try {
      return await answerTurn(holdfast, {
        model: this.model,
        messages: await conversation.messages(),
        session: conversation.id ?? '',
        signal,
        onText: (text) => {
          late.cancel();
          view.push(text);
          writer.push(text);
        },
      });
    } finally {
      late.cancel();
      this.#progress = undefined;
      view.end();
      await writer.end();
    }
  }

  #showProgress(): void {
    const { view, status } = this.#progress ?? {};
    const news = status?.takeNews();
    if (news !== undefined) this.context.face.say(news);
    if (status !== undefined) view?.showStatus(status.words);
  }

  #hear(event: EngineEvent): void {
    if (this.#progress?.status.hear(event) === true) this.#showProgress();
    if (event.type === 'warning' || event.type === 'config-refused')
      this.#warnings.push(event.text);
  }
}

/** True if the answer is empty because the request was too long. */
function isOverflow({ text, record }: TurnEnd): boolean {
  const attempts = record?.attempts ?? [];
  return text === '' && attempts.some(({ failure }) => failure?.class === 'context-overflow');
}
