/**
 * Translates an answer that is taken whole: judged in the target's protocol, written in the
 * client's.
 */

import { judgeTranslated } from '../../protocols/body/json-body.ts';
import type { BodyVerdict } from '../../protocols/contract/protocol.ts';
import { noFinish } from '../../protocols/translation/finish.ts';
import type { CutFailure } from '../classify/kept-failure.ts';
import type { AttemptPlan } from './outcome.ts';
import { createUntranslatable, readWhole, type TranslatedCall } from './translate.ts';

/** A whole answer for the caller, with its facts. */
export interface AnswerToPass {
  readonly body: Buffer;
  readonly verdict: BodyVerdict;
  readonly notes: readonly string[];
}

/** An error body stays unchanged: its words belong to whoever sent it. */
export function translateWhole(
  plan: AttemptPlan,
  call: TranslatedCall,
  body: Buffer,
): AnswerToPass | CutFailure {
  const { protocol, target, body: asked } = plan;
  const verdict = judgeTranslated(body.toString('utf8'), call.spoken);
  if (verdict.kind !== 'answer' || asked.stream || verdict.finish?.kind === 'broken')
    return { body, verdict, notes: [] };
  const { usage, finish = noFinish } = verdict;
  try {
    const answer = protocol.translation.encodeAnswer(readWhole(call, verdict.body), call.facts);
    const judged = protocol.judgeAnswer(answer, 'generate');
    return {
      body: Buffer.from(JSON.stringify(answer)),
      verdict: judged.kind === 'answer' ? { ...judged, usage, finish } : judged,
      notes: call.facts.notes,
    };
  } catch (error) {
    return createUntranslatable(target, error);
  }
}
