/**
 * Makes turns for a sessions file, as long and as varied as those of people and models, the same in
 * each run.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const docs = join(import.meta.dirname, '../../docs');

/** Characters of a question, and of an answer. */
const lengths = [
  [30, 500],
  [200, 3000],
] as const;

const chinese = '会议的标题是什么？请把这一段话翻译成英文，然后告诉我为什么服务器在夜里停了三次。';

export interface Conversation {
  /** Returns the next turn: a question, then its answer. One in twenty has Chinese in it. */
  next(): string;
}

/** Uses pieces of our own documents, none longer than a paragraph. */
export function createConversation(): Conversation {
  const pages = readdirSync(docs).filter((name) => name.endsWith('.md'));
  const source = pages.map((name) => readFileSync(join(docs, name), 'utf8')).join('\n');
  let state = 1;
  let count = 0;
  const draw = (below: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return Math.floor((state / 0x80000000) * below);
  };
  const takePiece = (longest: number): string => {
    const start = draw(source.length - longest);
    return source.slice(start, start + Math.min(longest, 100 + draw(500)));
  };
  return {
    next: () => {
      const [least, most] = lengths[count % 2 === 0 ? 0 : 1];
      count += 1;
      const length = least + draw(most - least);
      let text = count % 20 === 0 ? chinese.slice(draw(30)) : '';
      while (text.length < length) text += takePiece(length - text.length);
      return text;
    },
  };
}
