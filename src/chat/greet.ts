/** Greets the person: with how to find help, or with the end of the resumed conversation. */

import type { Conversation } from './conversation.ts';
import type { Face } from './screen/face.ts';

export function greet(face: Face, { said, unanswered }: Conversation, model: string): void {
  if (said.length === 0) {
    face.say(`${model} answers. /help lists the commands, Ctrl-D leaves.`);
    return;
  }
  for (const { role, text } of said.slice(said.findLastIndex((turn) => turn.role === 'user'))) {
    if (role === 'user') face.say(`› ${text}`);
    if (role === 'assistant' && text !== '') showAnswer(face, text);
  }
  if (unanswered !== undefined)
    face.say('That message has no complete answer yet: press Enter to ask again.');
}

function showAnswer(face: Face, text: string): void {
  const view = face.answer();
  view.push(text);
  view.end();
}
