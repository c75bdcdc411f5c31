/**
 * Following a stream (step 6 of a request): what it gives, and what is alike in every protocol.
 * Events are parsed and judged, and what was delivered is kept for whoever continues it. Each
 * protocol judges its own events.
 */

import type { Usage } from '../../model/record.ts';
import { parseShallow } from '../json/depth.ts';
import { parseExactOrNothing } from '../json/exact-json.ts';
import { isRecord, parseOrNothing, type WireObject } from '../json/is-record.ts';
import { type Finish, judgeFinish, noFinish } from '../translation/finish.ts';

/**
 * What one event of a relayed stream means. `content` commits the answer; `terminal` ends it;
 * `ping` says nothing but that the provider lives; `closing` ends a text, unless the answer breaks
 * with the next event: then it never ended, and goes on elsewhere.
 */
export type EventVerdict =
  | 'content'
  | 'silent'
  | 'closing'
  | 'ping'
  | 'terminal'
  | 'malformed'
  | 'error';

/**
 * Follows one stream and says of each event whether it is content, an in-band error, malformed, or
 * the end. Where that is not enough, access/answer/frame-judge.ts makes an error of it: damage, and
 * an end without a finish.
 */
export interface StreamWatch {
  /** Judges the data of one event. */
  push(data: string): EventVerdict;
  /** Judges an event that is an object already. */
  take(event: WireObject): EventVerdict;
  /** Takes an event that a writer of ours made: it is whole, and no error. */
  follow(event: WireObject): EventVerdict;
  /** The last event that was pushed, parsed; undefined where it was no object. */
  readonly event: WireObject | undefined;
  /**
   * A finish reason was seen: an end without the terminal marker is a success, unless the reason
   * means failure.
   */
  readonly hasFinished: boolean;
  /**
   * What the finish reason means. Where it is broken, the text of its event is not counted as
   * delivered.
   */
  readonly finish: Finish;
  /** Anything but silence was delivered: text, reasoning, a tool call. */
  readonly hasContent: boolean;
  /** Events that delivered something: a lower bound of its tokens. */
  readonly contents: number;
  /** A tool call has begun: half of one must never be executed. */
  readonly hasCall: boolean;
  readonly usage: Usage | undefined;
  /** The error object of the last `error` verdict, as JSON text. */
  readonly error: string | undefined;
  /**
   * Names of what its account alone will understand when a later request brings it. Default: none.
   */
  readonly made?: readonly string[];
  /** What the events so far have brought. */
  delivered(): Delivered;
}

export interface WatchOptions {
  /** How many answers were asked for at once: the stream is finished when all are. */
  readonly choices: number;
  /** Keep the text for a continuation. */
  readonly keepsText: boolean;
  /**
   * Its events are told in other words: the numbers of tools stay as they were written. Default:
   * nobody writes them again.
   */
  readonly isTranslated?: boolean;
}

/** What of a streamed answer has reached the caller: all that a continuation must know. */
export interface Delivered {
  readonly text: string;
  /** Events that carried text: a lower bound of its tokens. */
  readonly textEvents: number;
  /**
   * What else was delivered, so that nobody can go on: `a tool call`. Text and reasoning are no
   * obstacle.
   */
  readonly obstacle: string | undefined;
  /** The stream's first event, whose id and model all later ones bear. */
  readonly opening: WireObject;
  /** Tokens so far as the provider wrote them; undefined when it had not said. */
  readonly usage: WireObject | undefined;
  /** Where it stands, in protocols that number their events and items. */
  readonly place?: StreamPlace | undefined;
  /** The same, in protocols whose answers are blocks that begin and end. */
  readonly blocks?: BlockPlace | undefined;
}

/** The blocks of a stream that has not ended. */
export interface BlockPlace {
  /** The one that has begun and not ended. */
  readonly open: { readonly index: number; readonly type: string } | undefined;
  /** The number of the next one. */
  readonly next: number;
}

/** Where a stream of numbered events and items stands: what follows counts on from here. */
export interface StreamPlace {
  /** The number of the last event; -1 before the first. */
  readonly sequence: number;
  /** The items that were told to their end, in order. */
  readonly whole: readonly WireObject[];
  /** The item under way. */
  readonly open: OpenItem | undefined;
}

/** An item as far as it was told. */
export interface OpenItem {
  readonly outputIndex: number;
  /** As it began. */
  readonly item: WireObject;
  readonly parts: OpenPart[];
}

/** A text, a refusal, a summary of reasoning. */
export interface OpenPart {
  readonly index: number;
  /** As it began. */
  readonly part: WireObject;
  readonly text: DeliveredText;
  isDone: boolean;
}

export abstract class WatchedStream implements StreamWatch {
  protected readonly options: WatchOptions;
  hasFinished = false;
  finish: Finish = noFinish;
  hasContent = false;
  hasCall = false;
  contents = 0;
  error: string | undefined;
  event: WireObject | undefined;
  readonly made: string[] = [];
  /** As in `Delivered`; the usage as the provider wrote it. */
  protected opening: WireObject | undefined;
  protected told: WireObject | undefined;
  protected obstacle: string | undefined;
  /** Filled only where a continuation may need it. */
  protected readonly text: DeliveredText = new DeliveredText();

  constructor(options: WatchOptions) {
    this.options = options;
  }

  abstract get usage(): Usage | undefined;

  /** An error in band, or content that nobody can read. */
  protected abstract findFault(event: WireObject): 'error' | 'malformed' | undefined;

  /** What an event without a fault brings. */
  protected abstract read(event: WireObject): EventVerdict;

  /** True of data that ends the stream and is no event. */
  protected isMarker?(data: string): boolean;

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
    return verdict;
  }

  take(event: WireObject): EventVerdict {
    return this.findFault(event) ?? this.follow(event);
  }

  follow(event: WireObject): EventVerdict {
    const verdict = this.read(event);
    if (verdict === 'content') {
      this.hasContent = true;
      this.contents += 1;
    }
    return verdict;
  }

  /** Keeps what a word for the end means. True where it means that the answer failed. */
  protected noteFinish(word: unknown): boolean {
    const finish = judgeFinish(word);
    if (finish.kind === 'none') return false;
    this.finish = finish;
    if (finish.kind !== 'broken') return false;
    this.hasFinished = true;
    return true;
  }

  delivered(): Delivered {
    const { text, opening = {}, told: usage } = this;
    const obstacle = text.isTooLong ? tooLong : this.obstacle;
    return { text: text.whole(), textEvents: text.events, opening, usage, obstacle };
  }
}

/** Why a text of this length is not continued. */
export const tooLong = 'a text too long to be kept';

/** UTF-16 units; a longer answer is not kept, and a break of it is not continued. */
const longestText = 4 * 1024 * 1024;
/** Pieces of a few characters cost more as objects than as text: joined at this number. */
const piecesLimit = 512;

/**
 * The text that a stream has brought so far, kept for a continuation: cheap to add to, whole only
 * when it is asked for.
 */
export class DeliveredText {
  #pieces: string[] = [];
  #blocks: string[] = [];
  #length = 0;
  /** How often something was added. */
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

  /** To be added to by itself. */
  copy(): DeliveredText {
    const copy = new DeliveredText();
    copy.add(this.whole());
    return copy;
  }

  whole(): string {
    return this.#blocks.join('') + this.#pieces.join('');
  }
}
