/**
 * Converts a whole answer into the stream that the client asked for, in its own protocol (step 6).
 */

import type { BodyVerdict } from '../../protocols/contract/protocol.ts';
import { type Finish, noFinish } from '../../protocols/translation/finish.ts';
import type { ToldEvent } from '../../protocols/translation/neutral.ts';
import { tellAtOnce } from '../../protocols/translation/tell-at-once.ts';
import { type CutFailure, createFailure } from '../classify/kept-failure.ts';
import { createBroken, findLack, noteUnknownWord } from './ending.ts';
import type { AttemptPlan, OngoingAttempt, Outcome } from './outcome.ts';
import { StreamRelay } from './stream-relay.ts';
import { createUntranslatable, readWhole, type TranslatedCall } from './translate.ts';

type WholeVerdict = Extract<BodyVerdict, { kind: 'answer' }>;

const note = 'a stream was requested and a whole answer came: it was sent as a stream';

/** Settles the attempt. `translated`: the target speaks another protocol. */
export function tellAsStream(
  attempt: OngoingAttempt,
  answer: WholeVerdict,
  translated?: TranslatedCall,
): void {
  const events = writeEvents(attempt.plan, answer, translated);
  if ('class' in events) {
    attempt.settle({ kind: 'failed', failure: events, usage: answer.usage });
    return;
  }
  const { finish = noFinish, usage } = answer;
  const miss = findMiss(attempt.plan, answer);
  const told = translated && [...translated.facts.notes, ...noteUnknownWord(attempt.plan, finish)];
  // What another protocol tells has names of its own.
  const made = translated === undefined ? answer.made : undefined;
  const tell = (): void => relay(attempt, events, { usage, made, notes: told ?? [], finish });
  if (miss === undefined) tell();
  else attempt.settle({ kind: 'failed', failure: miss, usage, held: tell });
}

/** As with a stream: the provider reported a failure, or there is no finish. */
function findMiss(
  plan: AttemptPlan,
  { finish = noFinish, isEmpty }: WholeVerdict,
): CutFailure | undefined {
  if (finish.kind === 'broken') return createBroken(finish);
  return isEmpty ? undefined : findLack(plan, finish);
}

/** Facts about the answer besides its events. */
interface WholeFacts extends Pick<WholeVerdict, 'usage'> {
  readonly made: readonly string[] | undefined;
  readonly notes: readonly string[];
  readonly finish: Finish;
}

/**
 * Relays our events like those of any stream, so that the same rules judge the answer and its end.
 */
function relay(
  attempt: OngoingAttempt,
  events: readonly ToldEvent[],
  { usage, made, notes, finish }: WholeFacts,
): void {
  const settle = (outcome: Outcome): void => {
    if (finish.kind === 'broken' && 'held' in outcome) outcome.held?.(); // it was settled, and is passed on
    const isTold = outcome.kind === 'answered' || outcome.kind === 'broken';
    const more = isTold
      ? { notes: [...notes, note, ...outcome.notes], made: made ?? outcome.made }
      : {};
    attempt.settle(outcome.kind === 'client-gone' ? outcome : { ...outcome, usage, ...more });
  };
  const reader = new StreamRelay(attempt, {}, { spoken: { finish }, settle });
  reader.tell(events);
  if (attempt.plan.protocol.endsByClosing === true) reader.end();
}

function writeEvents(
  plan: AttemptPlan,
  { body, finish }: WholeVerdict,
  translated: TranslatedCall | undefined,
): readonly ToldEvent[] | CutFailure {
  if (finish?.kind === 'broken' && translated !== undefined) return createBroken(finish);
  const { protocol, request, target } = plan;
  if (request.operation !== 'generate' || request.passage !== undefined || plan.body.choices > 1)
    return createFailure(
      'malformed',
      'not-an-answer',
      'a stream was asked for and a whole body came',
    );
  if (translated === undefined) return protocol.tellWhole(body, plan.body.parseToTranslate());
  try {
    const writer = new protocol.translation.AnswerWriter(translated.facts);
    return tellAtOnce(readWhole(translated, body)).flatMap((part) => writer.push(part));
  } catch (error) {
    return createUntranslatable(target, error);
  }
}
