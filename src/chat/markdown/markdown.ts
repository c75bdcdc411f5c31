/**
 * Renders unfinished markdown as lines of a terminal: `push` returns lines that are final, `tail`
 * the present form of the unfinished block. The lines do not depend on how the text is cut into
 * pieces.
 */

import { emptyFlow, type Flow, finishBlock, type MarkdownBlock, takeLine } from './blocks.ts';
import { removeControls } from './controls.ts';
import { styles, toPieces } from './inline.ts';
import { formatTable, type TableToken } from './table.ts';
import { type TextLine, type TextPiece, widthOf, wrap } from './text.ts';

/** `marked` is imported when a chat begins. */
export type MarkedLexer = typeof import('marked').Lexer;

/** The unfinished block is cut to this length, which fills any screen. */
const maxTailLength = 4000;

export class MarkdownStream {
  readonly #lexer: MarkedLexer;
  /** Returns the present width of the terminal. */
  readonly #columns: () => number;
  #flow: Flow = emptyFlow;
  #partial = '';
  #hasBegun = false;

  constructor(lexer: MarkedLexer, columns: () => number) {
    this.#lexer = lexer;
    this.#columns = columns;
  }

  push(text: string): readonly TextLine[] {
    const [first = '', ...more] = removeControls(text).split('\n');
    const lines: TextLine[] = [];
    this.#partial += first;
    for (const next of more) {
      const step = takeLine(this.#flow, this.#partial);
      this.#flow = step.flow;
      lines.push(...this.#draw(step.done));
      this.#partial = next;
    }
    return lines;
  }

  end(): readonly TextLine[] {
    const lines = this.push('\n');
    const { done } = finishBlock(this.#flow);
    return [...lines, ...this.#draw(done)];
  }

  tail(): readonly TextLine[] {
    const flow = { ...this.#flow, held: this.#flow.held.slice(-maxTailLength / 100) };
    const step = takeLine(flow, this.#partial.slice(-maxTailLength));
    return this.#drawAll([...step.done, ...finishBlock(step.flow).done], this.#hasBegun);
  }

  #draw(blocks: readonly MarkdownBlock[]): readonly TextLine[] {
    const lines = this.#drawAll(blocks, this.#hasBegun);
    this.#hasBegun ||= blocks.length > 0;
    return lines;
  }

  #drawAll(blocks: readonly MarkdownBlock[], hasBegun: boolean): readonly TextLine[] {
    return blocks.flatMap((block, index) => {
      const lines = this.#drawBlock(block);
      return block.hasGap && (hasBegun || index > 0) ? [[], ...lines] : lines;
    });
  }

  #drawBlock(block: MarkdownBlock): readonly TextLine[] {
    const { kind, text, bullet, margin } = block;
    const room = Math.max(8, this.#columns() - widthOf(margin + bullet) - 1);
    const lines = this.#drawText(kind, text, room);
    return lines.map((line, index) => [
      ...quiet(margin),
      ...quiet(index === 0 ? bullet : ' '.repeat(bullet.length)),
      ...line,
    ]);
  }

  #drawText(kind: MarkdownBlock['kind'], text: string, room: number): readonly TextLine[] {
    const inline = (style = ''): readonly TextLine[] =>
      wrap(toPieces(this.#lexer.lexInline(text), style), room);
    switch (kind) {
      case 'paragraph':
        return inline();
      case 'heading':
        return inline(styles.heading);
      case 'label':
        return [[{ text, style: styles.quiet }]];
      case 'rule':
        return [quiet('─'.repeat(Math.min(room, 40)))];
      case 'code':
        return [[{ text: `  ${text.replaceAll('\t', '    ')}`, style: styles.code }]];
      case 'table': {
        const table = parseTable(this.#lexer.lex(text));
        return table === undefined ? inline() : formatTable(table, room);
      }
    }
  }
}

function quiet(text: string): readonly TextPiece[] {
  return text === '' ? [] : [{ text, style: styles.quiet }];
}

/** The types of `marked` leave the fields of other tokens open. */
function parseTable(tokens: readonly { readonly type: string }[]): TableToken | undefined {
  return tokens.find(({ type }) => type === 'table') as TableToken | undefined;
}
