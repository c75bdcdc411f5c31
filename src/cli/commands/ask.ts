/**
 * `holdfast ask` sends one question through the engine in this process. The answer streams to
 * stdout; fallbacks are reported on stderr.
 */

import { allTasks } from '../../config/resolved/all-tasks.ts';
import type { ResolvedConfig } from '../../config/resolved/resolved.ts';
import { AccessError } from '../../errors.ts';
import type { AskResult } from '../../library/question.ts';
import type { RequestRecord } from '../../model/record.ts';
import { hasProfile, profileOf } from '../../tasks/profiles.ts';
import {
  type Args,
  createCommand,
  optionalText,
  type Printout,
  textOption,
  toggle,
} from '../context/command.ts';
import { compressGiven } from '../context/compress.ts';
import { mistake } from '../context/mistake.ts';
import { untilSignal } from '../context/with-runtime.ts';
import { type CommandContext, printEvents, type Terminal } from '../terminal/terminal.ts';

const params = {
  prompt: optionalText(
    'prompt',
    'the question; piped input is appended, or is the question itself',
  ),
  task: { ...textOption('name', 'the task whose route is used'), default: 'main' },
  model: textOption('name', 'a model as provider/model instead of a task'),
  alone: toggle('ask only the first model, so that nobody answers in its place'),
  json: toggle('print JSON when the answer is complete'),
};

export const commands = {
  ask: createCommand({
    params,
    example: 'holdfast ask "why is the sky blue?"',
    hint: 'put the question in quotes: holdfast ask "hi there"',
    exits: { 5: 'no provider answered, or none with a text' },
    run: runAsk,
  }),
};

/** The error for an empty question: what is wrong, and how to fix it. */
const nothingAsked: Readonly<Record<string, readonly [string, string]>> & {
  readonly main: readonly [string, string];
} = {
  main: ['there is no question', 'holdfast ask "your question", or pipe it in'],
  commit_message: [
    'the diff is empty: nothing is staged',
    'git add FILE…, then git diff --staged | holdfast ask --task commit_message',
  ],
};

type AskOptions = Args<typeof params>;

/** A person is waiting, so long provider pauses end the command instead of blocking it. */
const maxWaitMs = 10_000;

/** The program that started us may leave stdin open and never write to it, so waiting must end. */
const patienceMs = 3000;

async function runAsk(options: AskOptions, context: CommandContext): Promise<Printout> {
  if (options.task === 'compression' && options.model === undefined)
    return compressGiven(context, options);
  return putQuestion(context, { ...options, prompt: await readQuestion(context, options.prompt) });
}

/** Joins the prompt with whatever is piped in: `ask "summarise:" < notes.txt`. */
async function readQuestion(
  { terminal, host }: CommandContext,
  prompt: string | undefined,
): Promise<string> {
  if (prompt === undefined || prompt === '-') return (await terminal.readInput()).trim();
  const waiting = new AbortController();
  const timer = host.clock.startTimer(patienceMs, () => {
    terminal.talk(`nothing came on stdin within ${patienceMs / 1000} s: asking without it\n`);
    waiting.abort();
  });
  const input = (
    await terminal.readInput({ onFirst: () => timer.cancel(), signal: waiting.signal })
  ).trimEnd();
  timer.cancel();
  return input.trim() === '' ? prompt : `${prompt}\n\n${input}`;
}

async function putQuestion(
  { terminal, host }: CommandContext,
  { prompt, task = 'main', model, alone, json }: AskOptions & { readonly prompt: string },
): Promise<Printout> {
  if (prompt.trim() === '') throw mistake(...(nothingAsked[task] ?? nothingAsked.main));
  const { createRuntime } = await import('../../runtime.ts');
  const { holdfastOver } = await import('../../library/holdfast.ts');
  const runtime = createRuntime({ host, store: 'in-place', onEvent: printEvents(terminal) });
  const holdfast = holdfastOver(runtime);
  const answer = async (signal: AbortSignal): Promise<Printout> => {
    if (model === undefined) requireTask(runtime.config(), task);
    const { shortened, polish } = profileOf(model ?? task);
    printShortened(terminal, shortened?.([{ role: 'user', content: prompt }]) ?? []);
    const result = await holdfast.ask({
      prompt,
      model: model ?? task,
      isPicked: model !== undefined,
      isAlone: alone,
      maxWaitMs,
      signal,
      ...(json || polish !== undefined ? {} : { onText: (text) => terminal.out(text) }),
    });
    const text = polish?.(result.text) ?? result.text;
    printAssumedModel(terminal, model, result.target);
    const isEmpty = text.trim() === '';
    if (isEmpty) printNothingCame(terminal, result, await holdfast.record(result.requestId));
    return {
      json: { schema: 'holdfast.ask/1', ...result, text },
      out: [polish === undefined ? '' : text],
      exit: isEmpty ? nothingCame : 0,
    };
  };
  try {
    return await untilSignal(terminal, answer, ['SIGINT', 'SIGTERM', 'SIGPIPE']);
  } finally {
    await holdfast.close();
  }
}

/**
 * With only one provider, an unknown name would be sent to it as a model. The user asked for a
 * task, so a mistyped one must be an error.
 */
function requireTask(config: ResolvedConfig, task: string): void {
  const tasks = [...allTasks(config).keys()];
  if (tasks.includes(task) || hasProfile(task)) return;
  throw new AccessError('model-unknown', `no task called "${task}" is switched on`, {
    fix: `choose among ${tasks.join(', ')}, or ask with --model`,
  });
}

/** The exit status without a text: nobody has answered the question. */
const nothingCame = 5;

/** A model that thinks may spend all that it may write before its first word. */
function printNothingCame(
  terminal: Terminal,
  { target, usage }: AskResult,
  record: RequestRecord | undefined,
): void {
  const tokens = usage?.outputTokens;
  const spent =
    tokens === undefined ? undefined : `its ${tokens} tokens were reasoning, or no text`;
  const lack = record?.attempts.at(-1)?.failure?.message ?? record?.notes.at(-1);
  const why = [lack, spent].filter((text) => text !== undefined).join('; ');
  terminal.talk(`${target} gave an empty answer${why && `: ${why}`}\n`);
}

const namedLimit = 5;

/** Attached files that do not fit are shortened; this names them on stderr. */
function printShortened(terminal: Terminal, names: readonly string[]): void {
  if (names.length === 0) return;
  const rest = names.length > namedLimit ? ` and ${names.length - namedLimit} more` : '';
  terminal.talk(`shortened to fit: ${names.slice(0, namedLimit).join(', ')}${rest}\n`);
}

/**
 * With only one provider, an unknown name is sent to it as a model, which may hide a mistyped
 * provider. This notes it on stderr.
 */
function printAssumedModel(terminal: Terminal, model: string | undefined, target: string): void {
  const [named, rest] = model?.split('/') ?? [];
  const [provider] = target.split('/');
  if (rest === undefined || named === provider || target !== `${provider}/${model}`) return;
  terminal.talk(
    `${named} is not a configured provider: ${provider} was asked for the model "${model}"\n`,
  );
}
