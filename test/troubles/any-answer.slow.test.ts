/**
 * Every refusal of the corpus, said by a server that no catalogue knows: the place of its key, its
 * task and its end are drawn, and all commands say the same of it.
 */

import { beforeAll, describe, expect, it, vi } from 'vitest';
import { readCases } from '../../scripts/lib/failure-corpus.ts';
import type { Printed } from '../fakes/command-stage.ts';
import { type Played, playStory } from './play.ts';
import { drawStory } from './story.ts';

const cases = readCases().flatMap((one) => {
  const { answer } = one;
  return answer !== undefined && answer.status >= 400 ? [{ ...one, answer }] : [];
});

function play({ id, answer }: (typeof cases)[number], seed: number): Promise<Played> {
  const { status, headers, body } = answer;
  const said = () => ({ status, headers, chunks: [body] });
  return playStory(drawStory(seed, [{ name: id, answer: said, topics: [], says: /./ }]));
}

/** What the commands say differently, or in a form that nobody can follow. */
function judgeAlike({ story, doctor, explain, why, fixed }: Played): readonly string[] {
  const found = [];
  if (story.ending !== 'rescued') {
    const signs = [doctor, explain].map(({ out, status }) => `${out.startsWith('✗')}, ${status}`);
    if (signs[0] !== signs[1]) found.push(`doctor: ${signs[0]}; explain: ${signs[1]}`);
  }
  const isPeaceful = /^ *Nothing to fix/m.test(why.out);
  if (isPeaceful !== (story.ending === 'recovered')) found.push(`peaceful: ${isPeaceful}`);
  if (story.ending === 'broken') {
    const other = listFixes(doctor).find((fix) => oneMend.test(fix));
    if (other !== undefined && !listFixes(why).includes(other))
      found.push(`doctor: ${other}; why: ${listFixes(why).join(' | ')}`);
  }
  const { printed } = fixed ?? {};
  if (printed?.status === 2) found.push(`pasted: ${printed.talk}`);
  return [...found, ...[doctor, explain, why].flatMap(listCutLines)];
}

/** What mends these is the same whoever tells it, and where. */
const oneMend = /\b(correct the model|choose another model|name a deployment|add money)\b/;

function listFixes({ out }: Printed): readonly string[] {
  return out.split('\n').flatMap((line) => /^ *(?:→|or:|To fix:) (.+)$/.exec(line)?.[1] ?? []);
}

/** A line to paste ends the sentence: what stands behind it would be pasted too. */
function listCutLines(printed: Printed): readonly string[] {
  return listFixes(printed).filter((line) => {
    const [, command = ''] = /: (holdfast (?:auth|config|fallback) .*)$/.exec(line) ?? [];
    return /[;,] /.test(command.replace(/'[^']*'/g, ''));
  });
}

// Commands load their parts on demand, in real time, while the fake clock runs on.
beforeAll(async () => {
  await vi.waitFor(() => playStory(drawStory(0)), { timeout: 60_000 });
}, 90_000);

describe('a refusal of the corpus from an unknown server', () => {
  it.each(cases.map((one, index) => [one.id, one, index] as const))(
    '%s is told alike everywhere',
    async (_id, one, seed) => {
      expect(judgeAlike(await play(one, seed))).toEqual([]);
    },
  );
});
