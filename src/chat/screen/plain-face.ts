/**
 * Runs a chat through pipes, or on a terminal without cursor control: a line is a message, an
 * answer is its text, and no escape byte is written.
 */

import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Clock, Timer } from '../../host.ts';
import { removeControls } from '../markdown/controls.ts';
import type { AnswerView, Face } from './face.ts';
import { createInterruption, Interrupts, leaveHint } from './interrupts.ts';

export interface PlainContext {
  readonly input: Readable;
  readonly out: (text: string) => void;
  readonly talk: (text: string) => void;
  /** A person types, so show a prompt and a status. */
  readonly isTyped: boolean;
  /** Takes each answer as a whole, instead of its text in pieces. */
  readonly onAnswer: ((text: string) => void) | undefined;
  readonly onInterrupt: (listener: () => void) => () => void;
  readonly clock: Clock;
}

export function createPlainFace(context: PlainContext): Face {
  const { input, out, talk, isTyped, clock } = context;
  const readline = createInterface({ input, terminal: false });
  const lines = readline[Symbol.asyncIterator]();
  const say = (text: string): void => talk(`${removeControls(text).trimEnd()}\n`);
  const interrupts = new Interrupts(clock);
  let hasLeft = false;
  const onInterrupt: Face['onInterrupt'] = (listener) =>
    context.onInterrupt(() => {
      hasLeft ||= interrupts.note();
      listener();
    });
  return {
    read: async (_prefill, leaving) => {
      if (hasLeft) throw createInterruption();
      if (isTyped) talk('> ');
      const left = Promise.withResolvers<undefined>();
      const leave = (): void => left.resolve(undefined);
      const stop = onInterrupt(() => {
        if (hasLeft) left.reject(createInterruption());
        else talk(`\n${leaveHint}\n> `);
      });
      leaving.addEventListener('abort', leave);
      const next = lines.next().then(({ value, done }) => {
        interrupts.forget();
        return done === true ? undefined : value;
      });
      return Promise.race([next, left.promise]).finally(() => {
        stop();
        leaving.removeEventListener('abort', leave);
      });
    },
    answer: () => answerPlainly(context),
    say,
    print: (text) => out(`${removeControls(text).trimEnd()}\n`),
    onInterrupt,
    close: () => readline.close(),
  };
}

/** A status that something follows within this time is not worth a line. */
const statusAfterMs = 1000;

function answerPlainly({ out, talk, isTyped, onAnswer, clock }: PlainContext): AnswerView {
  let whole = '';
  let status = '';
  let timer: Timer | undefined;
  const showStatus = (): void => {
    timer = undefined;
    talk(`${removeControls(status)}\n`);
  };
  return {
    push: (text) => {
      timer?.cancel();
      whole += text;
      if (onAnswer === undefined) out(removeControls(text));
    },
    showStatus: (text) => {
      if (!isTyped || text === status) return;
      status = text;
      timer ??= clock.startTimer(statusAfterMs, showStatus);
    },
    end: () => {
      timer?.cancel();
      if (onAnswer === undefined) out('\n');
      else onAnswer(whole);
    },
  };
}
