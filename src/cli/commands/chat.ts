/**
 * `holdfast chat` holds a conversation with the configured models: on a terminal with markdown and
 * a line editor, else as plain text through pipes.
 */

import type { ChatContext } from '../../chat/context.ts';
import type { Face } from '../../chat/screen/face.ts';
import type { Host } from '../../host.ts';
import type { Runtime } from '../../runtime.ts';
import type { SimulatedProvider } from '../../sim/index.ts';
import { type Args, createCommand, json, textOption, toggle } from '../context/command.ts';
import { isUnconfigured, startTrial } from '../context/trial.ts';
import { untilSignal } from '../context/with-runtime.ts';
import { explainError, toExitStatus } from '../terminal/exit.ts';
import { type CommandContext, printJsonLine, type Terminal } from '../terminal/terminal.ts';

const params = {
  model: {
    ...textOption('name', 'the model: a task, an alias, or provider/model'),
    default: 'main',
  },
  resume: {
    ...textOption('id', 'resume this session; the beginning of its id is enough'),
    conflicts: ['continue'],
  },
  continue: toggle('resume the session that was used last'),
  json: { ...json, summary: 'print each answer as JSON, on a line' },
};

export const commands = {
  chat: createCommand({
    params,
    exits: { 2: 'there is no such session', 130: 'left with Ctrl-C' },
    example: 'holdfast chat --continue',
    run: runChat,
  }),
};

async function runChat(
  { model = 'main', resume, ...asked }: Args<typeof params>,
  { terminal, host, paths }: CommandContext,
): Promise<number> {
  const { openSessions } = await import('../../sessions/store.ts');
  const { NoSession, blameSetting } = await import('../../sessions/require-session.ts');
  const { findElsewhere, findUnkept } = await import('../../sessions/unkept.ts');
  const { Conversation } = await import('../../chat/conversation.ts');
  const { holdfastOver } = await import('../../library/holdfast.ts');
  const { runtime, sim } = await createChatRuntime(terminal, host);
  const holdfast = holdfastOver(runtime);
  const config = runtime.config();
  const sessions = openSessions(host, paths, config.sessions);
  const unkept = findUnkept(config);
  try {
    const reference = asked.continue ? 'last' : resume;
    const conversation = await Conversation.open(sessions, reference).catch((error: unknown) => {
      throw error instanceof NoSession
        ? blameSetting(error, config, findElsewhere(host, paths))
        : error;
    });
    if (unkept !== undefined) terminal.talk(`${unkept.what}\n`);
    return await converse(terminal, {
      host,
      holdfast,
      sessions,
      conversation,
      model,
      json: asked.json,
    });
  } finally {
    await holdfast.close();
    await sim?.close();
    await sessions.close();
  }
}

/** Falls back to the simulated provider when nothing is configured. */
async function createChatRuntime(
  terminal: Terminal,
  host: Host,
): Promise<{ readonly runtime: Runtime; readonly sim?: SimulatedProvider }> {
  const { createRuntime } = await import('../../runtime.ts');
  try {
    return { runtime: createRuntime({ host, store: 'thread' }) };
  } catch (error) {
    if (!isUnconfigured(error)) throw error;
    const { sim, config } = await startTrial();
    terminal.talk(
      'No configuration and no known key: answers come from the built-in SIMULATED provider.\n',
    );
    return { runtime: createRuntime({ host, config }), sim };
  }
}

type Conversing = Omit<ChatContext, 'face' | 'leaving' | 'explain' | 'sideTasks'> & {
  readonly json: boolean;
};

/** For piped messages the exit status is that of the last answer, since nobody may be watching. */
function converse(terminal: Terminal, context: Conversing): Promise<number> {
  const isTyped = terminal.streams.input.isTTY === true;
  const run = async (leaving: AbortSignal): Promise<number> => {
    const { Chat } = await import('../../chat/chat.ts');
    const { greet } = await import('../../chat/greet.ts');
    const { createChatSideTasks } = await import('../../chat/side-work.ts');
    const face = await openFace(terminal, context);
    try {
      if (isTyped) greet(face, context.conversation, context.model);
      const sideTasks = createChatSideTasks(context.holdfast);
      const fault = await new Chat({
        ...context,
        face,
        leaving,
        explain: explainError,
        sideTasks,
      }).run();
      leaving.throwIfAborted();
      return isTyped || fault === undefined ? 0 : toExitStatus(fault);
    } finally {
      face.close();
    }
  };
  // In raw mode Ctrl-C is a key, and without a screen it stops an answer.
  const typed: readonly NodeJS.Signals[] = isDrawn(terminal, context)
    ? ['SIGTERM', 'SIGHUP', 'SIGINT']
    : ['SIGTERM', 'SIGHUP'];
  return untilSignal(terminal, run, isTyped ? typed : ['SIGTERM', 'SIGINT', 'SIGPIPE']);
}

/** Whether the chat is drawn on a screen. */
function isDrawn(
  { streams: { input, output } }: Terminal,
  { host, json }: Pick<Conversing, 'host' | 'json'>,
): boolean {
  const isDumb = host.environment.get('TERM') === 'dumb';
  return !json && input.isTTY === true && output.isTTY === true && !isDumb;
}

async function openFace(terminal: Terminal, context: Conversing): Promise<Face> {
  const { host, conversation, json } = context;
  const { out, talk, hasColor, streams } = terminal;
  const isTyped = streams.input.isTTY === true;
  if (isDrawn(terminal, context)) {
    const { createRichFace } = await import('../../chat/screen/rich-face.ts');
    const { createComplete } = await import('../../chat/complete.ts');
    const { Lexer: lexer } = await import('marked');
    const asked = conversation.said.filter(({ role }) => role === 'user').map((turn) => turn.text);
    return createRichFace({
      ...streams,
      hasColor,
      clock: host.clock,
      lexer,
      complete: createComplete(host),
      history: asked.reverse(),
    });
  }
  const { createPlainFace } = await import('../../chat/screen/plain-face.ts');
  const onInterrupt = (listener: () => void): (() => void) =>
    isTyped ? terminal.onSignal(['SIGINT'], listener) : () => undefined;
  const onAnswer = (text: string): void =>
    printJsonLine(terminal, { schema: 'holdfast.chat/1', text });
  return createPlainFace({
    input: streams.input,
    out,
    talk,
    isTyped,
    onInterrupt,
    clock: host.clock,
    onAnswer: json ? onAnswer : undefined,
  });
}
