/** The laws of what callers get, and of what is recorded of it: 11, 16, 17 and 18. */

import { listWords } from '../faulty-upstream.ts';
import { judgeAnswer } from '../laws.ts';
import { type Fresh, idOf, isRefused, sentFor } from './fresh.ts';
import type { Home } from './home.ts';

/** An error of ours is a 400 or a 429 with a time; every request ends. */
export function judgeErrors(home: Home, { over, isLast }: Fresh): readonly string[] {
  const errors = over.filter(({ ends, status }) => ends > 0 && status !== 200);
  const waiting = isLast
    ? home.told.filter(
        ({ ends, leftAt, life }) => ends === 0 && leftAt === undefined && !life.isOver,
      )
    : [];
  return [
    ...waiting.map((told) => `${idOf(told)} waits for ever`),
    ...errors
      .filter((told) => !isRefused(told) && ![400, 429].includes(told.status))
      .map((told) => `${idOf(told)} was told ${told.status}`),
    ...errors
      .filter(
        (told) =>
          !isRefused(told) && told.status === 429 && told.headers['retry-after'] === undefined,
      )
      .map((told) => `${idOf(told)} was told 429 without a time`),
    ...errors
      .filter((told) => !isRefused(told) && !told.text.includes('"error"'))
      .map((told) => `${idOf(told)} was told an error without words`),
  ];
}

/** What was told is never told twice: one head, one end, one marker, each word once. */
export function judgeCommits(_home: Home, { over }: Fresh): readonly string[] {
  return over.flatMap((told) => {
    const { asking, heads, ends, text } = told;
    if (heads > 1 || ends > 1) return [`${idOf(told)} has ${heads} heads and ${ends} ends`];
    const twice = listWords(asking.number).filter((word) => countWord(text, word.trim()) > 1);
    return twice.length === 0 ? [] : [`${idOf(told)} was told ${twice.join(', ')} twice`];
  });
}

function countWord(text: string, word: string): number {
  let times = 0;
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length))
    if (!/\d/.test(text[at + word.length] ?? '')) times += 1;
  return times;
}

/** Whatever is told as whole is whole. */
export function judgeEnds({ network: { faulty } }: Home, { over }: Fresh): readonly string[] {
  return over.flatMap((told) =>
    told.status === 200 && told.ends > 0 ? judgeAnswer(told, faulty) : [],
  );
}

/** A record for each request, with each attempt, and the outcome that its caller saw. */
export function judgeRecords(home: Home, { over }: Fresh): readonly string[] {
  return over.flatMap((told) => {
    const { record, ends, status, text, life, leftAt } = told;
    const sent = sentFor(home, told);
    if (life.isOver) return [];
    if (record === undefined)
      return sent.length === 0 && (ends === 0 || status !== 200)
        ? []
        : [`${idOf(told)} has no record`];
    const isTold = ends === 1 && status === 200 && !text.includes('"error":');
    // An attempt may have begun, and be left before it was sent.
    const unsent = record.attempts.length - sent.length;
    const isOne = unsent === 0 || (unsent === 1 && leftAt !== undefined);
    const isSame = ends === 0 || isTold === (record.outcome === 'answered') || isRefused(told);
    return [
      ...(isOne
        ? []
        : [
            `the record of ${idOf(told)} has ${record.attempts.length} attempts, and ${sent.length} were seen`,
          ]),
      ...(isSame
        ? []
        : [`the record of ${idOf(told)} says ${record.outcome}, and its caller got ${status}`]),
    ];
  });
}
