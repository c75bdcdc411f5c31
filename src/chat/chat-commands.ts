/**
 * Handles what may be typed in a chat besides messages: `/why`, `/model` and so on are its
 * commands.
 */

import { describeClock } from '../access/wording/when.ts';
import { askWhetherMeant } from '../config/schema/nearest.ts';
import { formatUsd } from '../cost/format-usd.ts';
import { createStory, describeStory } from '../explain/why/story.ts';
import { alignColumns, countNoun } from '../explain/why/wording.ts';
import type { RequestRecord } from '../model/record.ts';
import type { ChatContext } from './context.ts';
import { refuse } from './refuse.ts';

/** The chat as its commands see it. */
export interface Commanded {
  readonly context: ChatContext;
  model: string;
  /** The records of this session's turns so far. */
  readonly records: readonly RequestRecord[];
  /** Answers the last message, again if it has an answer already. */
  answer(): Promise<void>;
}

interface ChatCommand {
  readonly param?: string;
  readonly summary: string;
  readonly run: (chat: Commanded, argument: string) => void | Promise<void>;
}

const commands: Readonly<Record<string, ChatCommand>> = {
  why: { summary: 'show why the last answer came as it did', run: sayWhy },
  model: {
    param: '[name]',
    summary: 'choose the model; alone, show it and the others',
    run: model,
  },
  retry: { summary: 'ask the last message again', run: (chat) => chat.answer() },
  title: { param: '[text]', summary: 'give the conversation a title; alone, show it', run: title },
  cost: { summary: 'show what the conversation has used and cost', run: sayCost },
  sessions: {
    summary: 'list earlier conversations, for holdfast chat --resume ID',
    run: saySessions,
  },
  help: { summary: 'show this list', run: help },
};

export const chatCommandNames: readonly string[] = Object.keys(commands);

/** Throws `RequestError` for an unknown command. */
export async function runChatCommand(
  chat: Commanded,
  name: string,
  argument: string,
): Promise<void> {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    const known = chatCommandNames.map((one) => `/${one}`);
    const fix = askWhetherMeant(`/${name}`, known) ?? '/help lists them';
    throw refuse(`there is no command /${name}`, fix);
  }
  await command.run(chat, argument);
}

function sayWhy({ records, context }: Commanded): void {
  const record = records.at(-1);
  if (record !== undefined) {
    context.face.print(describeStory(record, createStory(record, context.host.clock.now())));
    return;
  }
  const id = context.conversation.said.findLast(
    ({ requestId }) => requestId !== undefined,
  )?.requestId;
  if (id === undefined) throw refuse('nothing has been answered yet', 'write a message');
  context.face.print(`The last answer came in an earlier session: holdfast why ${id}`);
}

async function model(chat: Commanded, name: string): Promise<void> {
  const { face, holdfast } = chat.context;
  const names = (await holdfast.models()).map((one) => one.name);
  if (name === '') {
    face.print(
      `${chat.model} answers. Others: ${names.filter((other) => other !== chat.model).join(', ')}`,
    );
    return;
  }
  chat.model = name;
  const unlisted = names.includes(name)
    ? ''
    : " It is in no provider's model list; the name is sent as typed.";
  face.say(`Using ${name} from now on.${unlisted}`);
}

async function title(
  { context: { conversation, face, sessions } }: Commanded,
  text: string,
): Promise<void> {
  const { id } = conversation;
  if (id === undefined)
    throw refuse('a conversation without a message has no title', 'write a message first');
  if (text !== '') await sessions.setTitle(id, text, 'user');
  face.print((await sessions.find(id))?.title ?? '');
}

async function sayCost({
  records,
  context: { conversation, face, sessions },
}: Commanded): Promise<void> {
  const { id } = conversation;
  const usd = id === undefined ? undefined : (await sessions.find(id))?.usd;
  const sum = (of: 'inputTokens' | 'outputTokens'): string =>
    records.reduce((total, { usage }) => total + (usage?.[of] ?? 0), 0).toLocaleString('en-US');
  const answers = countNoun(records.length, 'answer');
  face.print(
    `This session: ${answers}, ${sum('inputTokens')} tokens in, ${sum('outputTokens')} out.\n` +
      `The conversation: ${usd === undefined ? 'no price is known' : formatUsd(usd)}. All that was used: holdfast cost`,
  );
}

async function saySessions({ context }: Commanded): Promise<void> {
  const heads = await context.sessions.list(10);
  const now = context.host.clock.now();
  const rows = heads.map(({ id, title, usedAt, turns }) => [
    id,
    describeClock(usedAt, now),
    countNoun(turns, 'turn'),
    title,
  ]);
  context.face.print(alignColumns(rows).join('\n') || 'No conversation is stored yet.');
}

function help({ context }: Commanded): void {
  const rows = Object.entries(commands).map(([name, { param = '', summary }]) => [
    `/${name} ${param}`,
    summary,
  ]);
  const keys = [
    ['@path', 'attach a picture or a text file'],
    ['Tab', 'complete a /command or an @path; twice: list what fits'],
    ['Enter', 'send the line; while an answer comes, queue it'],
    ['Ctrl-C', 'stop the answer and take back what is queued, else clear the line; twice: leave'],
    ['Ctrl-D', 'leave'],
  ];
  context.face.print(alignColumns([...rows, ...keys]).join('\n'));
}
