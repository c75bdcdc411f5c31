/**
 * Watches a stream (step 6 of a request), as far as all protocols share it: parses and judges
 * events, and keeps what was delivered for a continuation. Each protocol judges its own events.
 */

import type { Usage } from '../../model/record.ts';
import { parseShallow } from '../json/depth.ts';
import { parseExactOrNothing } from '../json/exact-json.ts';
import { isRecord, parseOrNothing, type WireObject } from '../json/is-record.ts';
import { type Finish, judgeFinish, noFinish } from '../translation/finish.ts';
import type { NeutralUsage } from '../translation/neutral.ts';
import { readUsage } from '../translation/usage.ts';

/**
 * The meaning of one event of a relayed stream. `content` commits the answer; `terminal` ends it;
 * `ping` only shows that the provider is alive; `closing` ends a text, but only if the next event
 * does not break the answer: otherwise the text continues in another attempt.
 */
export type EventVerdict =
  | 'content'
  | 'silent'
  | 'closing'
  | 'ping'
  | 'terminal'
  | 'malformed'
  | 'error';

export interface WatchOptions {
  /** Number of requested answers: the stream is finished when all of them are. */
  readonly choices: number;
  /** Keep the text for a continuation. */
  readonly keepsText: boolean;
  /** The events will be translated, so numbers in tool inputs stay as written. Default: false. */
  readonly isTranslated?: boolean;
}

/** The part of a streamed answer that has reached the client: all that a continuation needs. */
export interface Delivered {
  readonly text: string;
  /** Counts events with text: a lower bound of its tokens. */
  readonly textEvents: number;
  /**
   * Other delivered content that prevents a continuation: `a tool call`. Text and reasoning do not.
   */
  readonly obstacle: string | undefined;
  /** The stream's first event; all later ones have its id and model. */
  readonly opening: WireObject;
  /** Tokens so far, as the provider wrote them; undefined if it has not reported any. */
  readonly usage: WireObject | undefined;
  /** Set in protocols that number events and items. */
  readonly place?: StreamPlace | undefined;
  /** The same for protocols whose answers are blocks with a start and an end. */
  readonly blocks?: BlockPlace | undefined;
}

export interface BlockPlace {
  /** Has started and is not finished. */
  readonly open: { readonly index: number; readonly type: string } | undefined;
  readonly next: number;
}

/** A continuation counts on from this position in a stream of numbered events and items. */
export interface StreamPlace {
  /** Number of the last event; -1 before the first. */
  readonly sequence: number;
  /** Lists the completed items in order. */
  readonly whole: readonly WireObject[];
  readonly open: OpenItem | undefined;
}

/** An item as far as it was sent. */
export interface OpenItem {
  readonly outputIndex: number;
  /** The item at its start. */
  readonly item: WireObject;
  readonly parts: OpenPart[];
}

/** Contains a text, a refusal, or a reasoning summary. */
export interface OpenPart {
  readonly index: number;
  /** The part at its start. */
  readonly part: WireObject;
  readonly text: DeliveredText;
  isDone: boolean;
}

/**
 * Follows one stream and says whether each event is content, an in-band error, malformed, or the
 * end. access/answer/frame-judge.ts turns damage, and an end without a finish, into an error.
 */
export abstract class StreamWatch {
  protected readonly options: WatchOptions;
  /**
   * A finish reason has come: an end without the terminal marker is then a success, unless the
   * reason means failure.
   */
  hasFinished = false;
  /** If the finish reason means failure, the text of its event does not count as delivered. */
  finish: Finish = noFinish;
  /** Text, reasoning or a tool call was delivered. */
  hasContent = false;
  /** A tool call has begun: an incomplete one must never be executed. */
  hasCall = false;
  /** Counts events with content: a lower bound of its tokens. */
  contents = 0;
  /** Counts those of them that were reasoning alone, where the protocol tells it apart. */
  thoughts = 0;
  /** Is the error object of the last `error` verdict, as JSON text. */
  error: string | undefined;
  /** Is the last pushed event, parsed; undefined if it was not an object. */
  event: WireObject | undefined;
  /** Events without content, as they came: one may hold words where nobody looks for them. */
  readonly unread: string[] = [];
  #unreadLength = 0;
  /** Names bound parts that a later request may refer to. */
  readonly made: string[] = [];
  /** Becomes part of `Delivered`; usage is kept as the provider wrote it. */
  protected opening: WireObject | undefined;
  protected counted: WireObject | undefined;
  protected obstacle: string | undefined;
  /** Filled only if a continuation may need it. */
  protected readonly text: DeliveredText = new DeliveredText();

  constructor(options: WatchOptions) {
    this.options = options;
  }

  protected abstract readonly countTokens: (usage: WireObject) => NeutralUsage;

  get usage(): Usage | undefined {
    return this.counted && readUsage(this.counted, this.countTokens);
  }

  /** Finds an in-band error, or content that cannot be read. */
  protected abstract findFault(event: WireObject): 'error' | 'malformed' | undefined;

  /** Judges an event without a fault. */
  protected abstract read(event: WireObject): EventVerdict;

  /** True for data that ends the stream and is not an event. */
  protected isMarker?(data: string): boolean;

  /** Judges the data of one event. */
  push(data: string): EventVerdict {
    this.event = undefined;
    if (this.isMarker?.(data) === true) return 'terminal';
    const event =
      this.options.isTranslated === true
        ? parseShallow(data, parseExactOrNothing)
        : parseOrNothing(data);
    if (!isRecord(event)) return 'malformed';
    this.event = event;
    const verdict = this.findFault(event) ?? this.follow(event);
    if (verdict === 'error') this.error = data;
    else if (verdict === 'silent' || verdict === 'closing') {
      this.#unreadLength += data.length;
      if (this.#unreadLength <= mostUnread) this.unread.push(data);
    }
    return verdict;
  }

  /** True when `unread` lacks some: there were too many to keep. */
  get lacksUnread(): boolean {
    return this.#unreadLength > mostUnread;
  }

  /** Judges an event that is already parsed. */
  take(event: WireObject): EventVerdict {
    return this.findFault(event) ?? this.follow(event);
  }

  /** Takes an event written by us, which is complete and not an error. */
  follow(event: WireObject): EventVerdict {
    const verdict = this.read(event);
    if (verdict === 'content') {
      this.hasContent = true;
      this.contents += 1;
    }
    return verdict;
  }

  /** Stores the meaning of a finish reason. Returns true if it means that the answer failed. */
  protected noteFinish(word: unknown): boolean {
    const finish = judgeFinish(word);
    if (finish.kind === 'none') return false;
    this.finish = finish;
    if (finish.kind !== 'broken') return false;
    this.hasFinished = true;
    return true;
  }

  /** Returns everything delivered so far. */
  delivered(): Delivered {
    const { text, opening = {}, counted: usage } = this;
    const obstacle = text.isTooLong ? tooLong : this.obstacle;
    return { text: text.whole(), textEvents: text.events, opening, usage, obstacle };
  }
}

/** Says why a text of this length is not continued. */
export const tooLong = 'a text too long to be kept';

/** In UTF-16 units. Some servers send an empty event every second, for as long as they think. */
const mostUnread = 256 * 1024;
/** In UTF-16 units; a longer answer is not kept, so it cannot be continued. */
const longestText = 4 * 1024 * 1024;
/** Many short strings cost more memory than one text, so they are joined at this number. */
const piecesLimit = 512;

/**
 * The text of a stream so far, kept for a continuation: appending is cheap, and it is joined only
 * on request.
 */
export class DeliveredText {
  #pieces: string[] = [];
  #blocks: string[] = [];
  #length = 0;
  /** Counts the appends. */
  events = 0;

  get isTooLong(): boolean {
    return this.#length > longestText;
  }

  add(text: string): void {
    this.events += 1;
    this.#length += text.length;
    if (this.#length > longestText) {
      this.#pieces = [];
      this.#blocks = [];
      return;
    }
    this.#pieces.push(text);
    if (this.#pieces.length < piecesLimit) return;
    this.#blocks.push(this.#pieces.join(''));
    this.#pieces = [];
  }

  /** Returns an independent copy. */
  copy(): DeliveredText {
    const copy = new DeliveredText();
    copy.add(this.whole());
    return copy;
  }

  whole(): string {
    return this.#blocks.join('') + this.#pieces.join('');
  }
}
