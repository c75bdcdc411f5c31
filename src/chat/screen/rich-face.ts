/**
 * Runs a chat on a terminal: markdown is drawn block by block, and messages are edited in a line.
 */

import type { ReadStream, WriteStream } from 'node:tty';
import { removeControls } from '../markdown/controls.ts';
import { styles } from '../markdown/inline.ts';
import { paint, wrap } from '../markdown/text.ts';
import { Editor } from './editor.ts';
import type { Face } from './face.ts';
import { Live } from './live.ts';
import { type AnswerContext, RichAnswer } from './rich-answer.ts';

export interface RichContext extends AnswerContext {
  readonly input: ReadStream;
  readonly output: WriteStream;
  /** The newest comes first. */
  readonly history: readonly string[];
}

const prompt = '› ';

export function createRichFace(context: RichContext): Face {
  const { input, output, hasColor, history } = context;
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
    answer: () => new RichAnswer(context, live),
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
