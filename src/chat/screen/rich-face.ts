/**
 * Runs a chat on a terminal: markdown is drawn block by block, and messages are edited in a line.
 */

import { removeControls } from '../markdown/controls.ts';
import { styles } from '../markdown/inline.ts';
import { paint, wrap } from '../markdown/text.ts';
import { Editor, type EditorContext } from './editor.ts';
import type { Face } from './face.ts';
import { Live } from './live.ts';
import { type AnswerContext, RichAnswer } from './rich-answer.ts';

export type RichContext = Omit<AnswerContext, 'typed'> & EditorContext;

const prompt = '› ';

export function createRichFace(context: RichContext): Face {
  const { output, hasColor } = context;
  const live = new Live(output);
  const write = (text: string, style: string): void => {
    const columns = (output.getWindowSize()[0] ?? 80) - 1;
    const lines = wrap([{ text: removeControls(text).trimEnd(), style }], columns);
    const painted = lines.map((line) => paint(line, hasColor));
    live.draw(painted, []);
  };
  const say = (text: string): void => write(text, styles.quiet);
  const editor = new Editor(context, say);
  return {
    read: (prefill, leaving) => editor.read(prompt, prefill, leaving),
    answer: () => new RichAnswer({ ...context, typed: editor }, live),
    say,
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
