/** Classifies an answer of which a test says only what matters to it. */

import { classifyAnswer } from '../../src/access/classify/classify.ts';
import type { AnswerToClassify } from '../../src/access/classify/evidenced.ts';
import type { Failure } from '../../src/model/failure.ts';

export interface Said extends Partial<Omit<AnswerToClassify, 'body'>> {
  readonly status: number;
  /** A text, or what is written as JSON. Default: nothing. */
  readonly body?: unknown;
}

/** The key is one of a server of one's own, and has never worked. */
export function classify({ body = '', isProven = false, ...said }: Said): Failure {
  return classifyAnswer({
    provider: 'own',
    headers: {},
    isProven,
    isProvenWithModel: isProven,
    now: 0,
    redact: (text) => text,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...said,
  });
}
