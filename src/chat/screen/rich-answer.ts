/** Shows one answer on a terminal: its markdown is drawn block by block, a frame at a time. */

import { describeElapsed } from '../../access/wording/when.ts';
import type { Clock, Timer } from '../../host.ts';
import { removeControls } from '../markdown/controls.ts';
import { styles } from '../markdown/inline.ts';
import { MarkdownStream, type MarkedLexer } from '../markdown/markdown.ts';
import { paint, type TextLine, wrap } from '../markdown/text.ts';
import type { AnswerView } from './face.ts';
import type { Live, Screen } from './live.ts';
import type { DescribedAhead } from './type-ahead.ts';

export interface AnswerContext {
  readonly output: Pick<Screen, 'getWindowSize'> & Resized;
  readonly hasColor: boolean;
  readonly clock: Clock;
  readonly lexer: MarkedLexer;
  readonly typed: TypedAhead;
}

/** What the person types while the answer comes. */
interface TypedAhead {
  describeAhead(): DescribedAhead;
  /** Called when it changes. */
  onAhead: () => void;
}

/** A terminal that reports its new size. */
interface Resized {
  on(event: 'resize', listener: () => void): unknown;
  off(event: 'resize', listener: () => void): unknown;
}

/** 25 drawings a second look smooth. */
const frameMs = 40;

export class RichAnswer implements AnswerView {
  readonly #context: AnswerContext;
  readonly #live: Live;
  readonly #markdown: MarkdownStream;
  #done: TextLine[] = [];
  #hasText = false;
  #status = '';
  /** Monotonic ms: the beginning, or the last text. */
  #silentSince: number;
  #frame: Timer | undefined;

  constructor(context: AnswerContext, live: Live) {
    this.#context = context;
    this.#live = live;
    this.#markdown = new MarkdownStream(
      context.lexer,
      () => context.output.getWindowSize()[0] ?? 80,
    );
    this.#silentSince = context.clock.monotonic();
    context.output.on('resize', this.#draw);
    context.typed.onAhead = this.#draw;
  }

  push(text: string): void {
    this.#silentSince = this.#context.clock.monotonic();
    if (this.#status !== '') this.#cancelFrame();
    this.#status = '';
    if (!this.#hasText) this.#done.push([]);
    this.#hasText = true;
    this.#done.push(...this.#markdown.push(text));
    this.#frame ??= this.#context.clock.startTimer(frameMs, this.#draw);
  }

  showStatus(status: string): void {
    this.#status = status;
    this.#draw();
  }

  end(): void {
    const { output, typed } = this.#context;
    output.off('resize', this.#draw);
    typed.onAhead = () => undefined;
    this.#show(this.#hasText ? [...this.#done, ...this.#markdown.end(), []] : [], []);
  }

  /** Draws all text that has come since the last time: at the end of a frame, or each second. */
  readonly #draw = (): void => {
    const hasStatus = this.#status !== '';
    const tail = hasStatus ? this.#fit(this.#describeStatus()).slice(0, 1) : this.#markdown.tail();
    const { queued, begun } = this.#context.typed.describeAhead();
    const footer = [...this.#fit(queued).slice(0, 1), ...this.#fit(begun).slice(-1)];
    this.#show(this.#done, tail, footer);
    if (hasStatus) this.#frame = this.#context.clock.startTimer(1000, this.#draw);
  };

  /** The time comes first: a narrow window has no room for the end. */
  #describeStatus(): string {
    const silentMs = this.#context.clock.monotonic() - this.#silentSince;
    return silentMs < 1000 ? this.#status : `${describeElapsed(silentMs)} · ${this.#status}`;
  }

  /** Returns rows of the window. */
  #fit(text: string): readonly TextLine[] {
    if (text === '') return [];
    const columns = this.#context.output.getWindowSize()[0] ?? 80;
    return wrap([{ text: removeControls(text), style: styles.quiet }], columns - 1);
  }

  #show(
    done: readonly TextLine[],
    tail: readonly TextLine[],
    footer: readonly TextLine[] = [],
  ): void {
    this.#cancelFrame();
    this.#done = [];
    const toText = (line: TextLine): string => paint(line, this.#context.hasColor);
    this.#live.draw(done.map(toText), tail.map(toText), footer.map(toText));
  }

  #cancelFrame(): void {
    this.#frame?.cancel();
    this.#frame = undefined;
  }
}
