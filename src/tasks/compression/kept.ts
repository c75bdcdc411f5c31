/**
 * Finds what a compression must keep word for word: the user's goals, decisions, names of files.
 * The prompt asks for it, and the summary is checked for it. Pure.
 */

import { countText } from '../../protocols/content/count-text.ts';
import { type TaskMessage, textOfMessage } from '../profile.ts';
import { summaryIntroduction } from './units.ts';

/** In characters; a longer sentence is not a goal. */
const sentenceLimit = 240;
const goalCount = 6;
const decisionCount = 20;
const fileCount = 40;

/**
 * Matches what may be a file name or path, bounded so that one long text without blanks is read
 * once.
 */
const nameRun = /(?<![:\w@./-])[\w@./-]{3,300}(?![\w@./-])/g;
const fileName = /^(?:[\w@.-]+\/)*[\w@-][\w@.-]*\.[a-z][a-z0-9]{0,5}(?![\w/(-])/;
/** Words by which users say that something must be kept. */
const ordered =
  /\b(decided|decision|agreed|must|never|always|do not|don['’]t|instead of|only use|we use)\b|决定|必须|不要|必ず|決定|しない/i;
/** Of an assistant only decisions count, because it says "must" too often. */
const decided = /\b(we decided|decision:|decided to|we agreed)\b|决定|決定/i;

/** Returns at most `limit` tokens, the most valuable first. */
export function findKept(messages: readonly TaskMessage[], limit: number): readonly string[] {
  const users = messages
    .filter(({ role }) => role === 'user')
    .map((message) => sentences(textOfMessage(message)));
  const goals = users
    .map(([first = '']) => first)
    .filter((text) => text !== '' && text !== summaryIntroduction);
  const chosen = [...goals.slice(0, 1), ...goals.slice(1).slice(1 - goalCount)];
  const own = users.flat().filter((text) => ordered.test(text));
  const others = messages.filter(({ role }) => role === 'assistant').map(textOfMessage);
  const agreed = others.flatMap(sentences).filter((text) => decided.test(text));
  const decisions = [...own, ...agreed].slice(-decisionCount);
  const texts = messages.map(
    (message) => `${textOfMessage(message)}\n${JSON.stringify(message.tool_calls ?? '')}`,
  );
  return takeWithin(limit, [...new Set([...chosen, ...decisions, ...frequentFiles(texts)])]);
}

/** Returns those missing in the summary, however it breaks its lines. */
export function findLost(kept: readonly string[], summary: string): readonly string[] {
  const flat = flatten(summary);
  return kept.filter((text) => !flat.includes(flatten(text)));
}

function flatten(text: string): string {
  return text
    .replace(/[`*"'’]/g, '')
    .replace(/\s+/g, ' ')
    .toLowerCase();
}

function sentences(text: string): readonly string[] {
  return text
    .split(/(?<=[.!?])\s+|(?<=[。！？])|\n+/)
    .map((one) => one.trim().replace(/^[-*] +/, ''))
    .filter((one) => one !== '' && one.length <= sentenceLimit);
}

function frequentFiles(texts: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const text of texts)
    for (const { 0: run, index } of text.matchAll(nameRun)) {
      const [name] = fileName.exec(run + (text[index + run.length] ?? '')) ?? [];
      if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  return sorted.slice(0, fileCount).map(([name]) => name);
}

function takeWithin(limit: number, found: readonly string[]): readonly string[] {
  let left = limit;
  return found.filter((text) => {
    left -= countText(text) + 2;
    return left >= 0;
  });
}
