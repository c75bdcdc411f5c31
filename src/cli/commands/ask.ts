/** `holdfast ask`: one question through the engine in process; the answer streams, rescues are told on stderr. */

import { AccessError } from '../../errors.ts';
import { createNodeHost } from '../../host/node-host.ts';
import type { Host } from '../../host.ts';
import { createHoldfast, type Holdfast } from '../../library/holdfast.ts';
import type { EngineEvent } from '../../model/events.ts';
import { dim, printJson, type Terminal } from '../terminal.ts';

export interface AskOptions {
  readonly task: string;
  readonly model?: string;
  readonly json?: boolean;
}

/** A person sits before it: who wants to wait for a provider asks again. */
const maxWaitMs = 10_000;

/** Who starts us may leave stdin open and never write to it. */
const patienceMs = 3000;

export async function ask(
  terminal: Terminal,
  prompt: string | undefined,
  options: AskOptions,
): Promise<number> {
  const host = createNodeHost();
  try {
    return await put(terminal, host, { ...options, question: await readQuestion(terminal, host, prompt) });
  } finally {
    await host.close();
  }
}

/** The prompt, and behind it what is piped in: `ask "summarise:" < notes.txt`. */
async function readQuestion(
  terminal: Terminal,
  { clock }: Host,
  prompt: string | undefined,
): Promise<string> {
  if (prompt === undefined || prompt === '-') return (await terminal.readInput()).trim();
  const waiting = new AbortController();
  const timer = clock.startTimer(patienceMs, () => {
    terminal.talk(`nothing came on stdin within ${patienceMs / 1000} s: asking without it\n`);
    waiting.abort();
  });
  const input = (
    await terminal.readInput({ onFirst: () => timer.cancel(), signal: waiting.signal })
  ).trimEnd();
  timer.cancel();
  return input.trim() === '' ? prompt : `${prompt}\n\n${input}`;
}

async function put(
  terminal: Terminal,
  host: Host,
  { question, ...options }: AskOptions & { readonly question: string },
): Promise<number> {
  if (question.trim() === '') {
    throw new AccessError('request-invalid', 'there is no question', {
      howToFix: 'holdfast ask "your question", or pipe it in',
    });
  }
  const holdfast = createHoldfast({ host, store: 'in-place', onEvent: (event) => tell(terminal, event) });
  const caller = new AbortController();
  const stop = terminal.onSignal(['SIGINT', 'SIGTERM', 'SIGPIPE'], () => caller.abort());
  try {
    if (options.model === undefined) await requireTask(holdfast, options.task);
    const result = await holdfast.ask({
      prompt: question,
      model: options.model ?? options.task,
      isPicked: options.model !== undefined,
      maxWaitMs,
      signal: caller.signal,
      ...(options.json === true ? {} : { onText: (text) => terminal.out(text) }),
    });
    if (options.json === true) printJson(terminal, 'holdfast.ask/1', result);
    else terminal.out('\n');
    tellTaken(terminal, options.model, result.target);
    return 0;
  } finally {
    stop();
    await holdfast.close();
  }
}

/** With one provider an unknown name would be taken for a model of it: here it was called a task. */
async function requireTask(holdfast: Holdfast, task: string): Promise<void> {
  const names = await holdfast.models();
  const tasks = names.filter(({ owner }) => owner === 'holdfast').map(({ name }) => name);
  if (tasks.includes(task)) return;
  throw new AccessError('model-unknown', `no task called "${task}" is switched on`, {
    howToFix: `choose among ${tasks.join(', ')}, or ask with --model`,
  });
}

/** With one provider, a name that is nothing else goes to it as the name of a model: a mistyped provider too. */
function tellTaken(terminal: Terminal, model: string | undefined, target: string): void {
  const [named, rest] = model?.split('/') ?? [];
  const [provider] = target.split('/');
  if (rest === undefined || named === provider || target !== `${provider}/${model}`) return;
  terminal.talk(`${named} is not a configured provider: ${provider} was asked for the model "${model}"\n`);
}

function tell(terminal: Terminal, event: EngineEvent): void {
  if (event.type !== 'finished') terminal.talk(`${dim(terminal, event.text)}\n`);
}
