/** Shows one answer on a terminal: its markdown is drawn block by block, a frame at a time. */

import type { Clock, Timer } from '../../host.ts';
import { removeControls } from '../markdown/controls.ts';
import { styles } from '../markdown/inline.ts';
import { MarkdownStream, type MarkedLexer } from '../markdown/markdown.ts';
import { paint, type TextLine } from '../markdown/text.ts';
import type { AnswerView } from './face.ts';
import type { Live, Screen } from './live.ts';

export interface AnswerContext {
  readonly output: Pick<Screen, 'getWindowSize'> & Resized;
  readonly hasColor: boolean;
  readonly clock: Clock;
  readonly lexer: MarkedLexer;
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
  #frame: Timer | undefined;

  constructor(context: AnswerContext, live: Live) {
    this.#context = context;
    this.#live = live;
    this.#markdown = new MarkdownStream(
      context.lexer,
      () => context.output.getWindowSize()[0] ?? 80,
    );
    context.output.on('resize', this.#draw);
  }

  push(text: string): void {
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
    this.#context.output.off('resize', this.#draw);
    this.#show(this.#hasText ? [...this.#done, ...this.#markdown.end(), []] : [], []);
  }

  /** Runs at the end of a frame, and draws all text of that frame. */
  readonly #draw = (): void => {
    const status = { text: removeControls(this.#status), style: styles.quiet };
    const tail = this.#status === '' ? this.#markdown.tail() : [[status]];
    this.#show(this.#done, tail);
  };

  #show(done: readonly TextLine[], tail: readonly TextLine[]): void {
    this.#frame?.cancel();
    this.#frame = undefined;
    this.#done = [];
    const toText = (line: TextLine): string => paint(line, this.#context.hasColor);
    this.#live.draw(done.map(toText), tail.map(toText));
  }
}
