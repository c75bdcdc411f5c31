/** A chat on a terminal: markdown drawn block by block, and a line that is edited. */

import type { ReadStream, WriteStream } from 'node:tty';
import type { Clock, Timer } from '../../host.ts';
import { styles } from '../markdown/inline.ts';
import { type Lexers, MarkdownStream } from '../markdown/markdown.ts';
import { paint, removeControls, type TextLine, wrap } from '../markdown/text.ts';
import { Editor } from './editor.ts';
import type { AnswerView, Face } from './face.ts';
import { Live } from './live.ts';

export interface RichScene {
  readonly input: ReadStream;
  readonly output: WriteStream;
  readonly hasColor: boolean;
  readonly clock: Clock;
  readonly lexers: Lexers;
  /** Messages of before, the newest first. */
  readonly history: readonly string[];
}

const prompt = '› ';
/** Between two drawings, ms. */
const frameMs = 40;

export function createRichFace(scene: RichScene): Face {
  const { input, output, hasColor, history } = scene;
  const editor = new Editor(input, output, history);
  const live = new Live(output);
  const write = (text: string, style: string): void => {
    const columns = (output.getWindowSize()[0] ?? 80) - 1;
    const lines = wrap([{ text: removeControls(text).trimEnd(), style }], columns);
    const painted = lines.map((line) => paint(line, hasColor));
    live.draw(painted, []);
  };
  return {
    read: (prefill, leaving) => editor.read(prompt, prefill, leaving),
    answer: () => new RichAnswer(scene, live),
    say: (text) => write(text, styles.quiet),
    print: (text) => write(text, ''),
    onInterrupt: (listener) => {
      editor.onInterrupt = listener;
      return () => {
        editor.onInterrupt = () => undefined;
      };
    },
    close: () => editor.close(),
  };
}

class RichAnswer implements AnswerView {
  readonly #scene: RichScene;
  readonly #live: Live;
  readonly #markdown: MarkdownStream;
  #done: TextLine[] = [];
  #hasText = false;
  #status = '';
  #frame: Timer | undefined;

  constructor(scene: RichScene, live: Live) {
    this.#scene = scene;
    this.#live = live;
    this.#markdown = new MarkdownStream(scene.lexers, () => scene.output.getWindowSize()[0] ?? 80);
    scene.output.on('resize', this.#draw);
  }

  push(text: string): void {
    this.#status = '';
    if (!this.#hasText) this.#done.push([]);
    this.#hasText = true;
    this.#done.push(...this.#markdown.push(text));
    this.#frame ??= this.#scene.clock.startTimer(frameMs, this.#draw);
  }

  tell(status: string): void {
    this.#status = status;
    this.#draw();
  }

  end(): void {
    this.#scene.output.off('resize', this.#draw);
    this.#frame?.cancel();
    this.#show(this.#hasText ? [...this.#done, ...this.#markdown.end(), []] : [], []);
  }

  readonly #draw = (): void => {
    this.#frame = undefined;
    const status = { text: removeControls(this.#status), style: styles.quiet };
    const tail = this.#status === '' ? this.#markdown.tail() : [[status]];
    const done = this.#done;
    this.#done = [];
    this.#show(done, tail);
  };

  #show(done: readonly TextLine[], tail: readonly TextLine[]): void {
    const toText = (line: TextLine): string => paint(line, this.#scene.hasColor);
    this.#live.draw(done.map(toText), tail.map(toText));
  }
}
