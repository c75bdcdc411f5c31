/**
 * The reply side of the translate leg for an answer that is taken whole: judged as the target's
 * protocol, told as the client's.
 */

import { judgeTranslated } from '../../protocols/body/json-body.ts';
import type { BodyVerdict } from '../../protocols/contract/protocol.ts';
import { noFinish } from '../../protocols/translation/finish.ts';
import type { CutFailure } from '../classify/kept-failure.ts';
import { noteUnknownWord } from './ending.ts';
import type { AttemptPlan } from './outcome.ts';
import { createUntranslatable, type TranslatedCall } from './translate.ts';

/** A whole answer as the caller is told it, and what it is. */
export interface AnswerToPass {
  readonly body: Buffer;
  readonly verdict: BodyVerdict;
  readonly notes: readonly string[];
}

/** What is no answer stays as it came: it is said in the words of whoever sent it. */
export function translateWhole(
  plan: AttemptPlan,
  { spoken, facts, hints }: TranslatedCall,
  body: Buffer,
): AnswerToPass | CutFailure {
  const { protocol, target, body: asked } = plan;
  const verdict = judgeTranslated(body.toString('utf8'), spoken);
  if (verdict.kind !== 'answer' || asked.stream || verdict.finish?.kind === 'broken')
    return { body, verdict, notes: [] };
  const { decodeAnswer } = spoken.translation;
  const { usage, finish = noFinish } = verdict;
  try {
    const told = protocol.translation.encodeAnswer(decodeAnswer(verdict.body, hints), facts);
    const judged = protocol.judgeAnswer(told, 'generate');
    return {
      body: Buffer.from(JSON.stringify(told)),
      verdict: judged.kind === 'answer' ? { ...judged, usage, finish } : judged,
      notes: [...facts.notes, ...noteUnknownWord(plan, finish)],
    };
  } catch (error) {
    return createUntranslatable(target, error);
  }
}
