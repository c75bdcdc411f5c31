/**
 * `holdfast sessions` lists, shows, searches, renames and deletes conversations of the chat
 * (docs/sessions.md).
 */

import { describeClock, describePast } from '../../access/wording/when.ts';
import { formatUsd } from '../../cost/format-usd.ts';
import { formatFix } from '../../errors.ts';
import { alignColumns, countNoun } from '../../explain/why/wording.ts';
import {
  blameSetting,
  NoSession,
  requireSession,
  requireWhole,
} from '../../sessions/require-session.ts';
import type { SessionHead, SessionTurn } from '../../sessions/session.ts';
import type { SessionStore } from '../../sessions/store.ts';
import { toOneLine } from '../../sessions/title.ts';
import { findElsewhere, findUnkept } from '../../sessions/unkept.ts';
import {
  createCommand,
  json,
  type Printout,
  parsed,
  parsePositive,
  required,
  toggle,
} from '../context/command.ts';
import { mistake } from '../context/mistake.ts';
import { readSettings } from '../context/own-settings.ts';
import { untilSignal } from '../context/with-runtime.ts';
import type { CommandContext, Terminal } from '../terminal/terminal.ts';

const session = required('session', 'its id or the beginning of it, or last');
const limit = parsed('count', 'how many at most; default 50', (text) =>
  Math.ceil(parsePositive(text)),
);
const schema = 'holdfast.sessions/1';
const defaultLimit = 50;
/** The list shows this much of an id; more digits are needed if two begin alike. */
const shownDigits = 8;

export const commands = {
  list: createCommand({
    params: { limit, json },
    example: 'holdfast sessions list',
    run: (asked, context) =>
      withSessions(context, async (store, now) => {
        const sessions = await store.list(asked.limit ?? defaultLimit);
        const rows = sessions.map((head) => [...describeFacts(head, now), head.title]);
        const none = 'No session is stored yet: holdfast chat starts one.';
        const out = rows.length === 0 ? [(await explainNone(context)) ?? none] : alignColumns(rows);
        return { json: { schema, sessions }, out };
      }),
  }),
  show: createCommand({
    params: { session, json },
    example: 'holdfast sessions show last',
    run: (asked, context) =>
      withSessions(context, async (store, now) => {
        const session = await requireWhole(store, asked.session);
        const turns = session.said.map((turn) => `\n${describeTurn(turn, now)}`).join('');
        const out = `${session.title}\n${describeFacts(session, now).join('  ')}\n${turns}`;
        return { json: { schema, session }, out };
      }),
  }),
  search: createCommand({
    params: { words: required('words', 'words of the text, in one argument'), limit, json },
    example: "holdfast sessions search 'rate limit'",
    run: ({ words, limit }, context) => {
      if (words.trim() === '') throw mistake('there are no words to look for', 'name some');
      return withSessions(context, async (store, now) => {
        const hits = await store.search(words, limit ?? defaultLimit);
        const rows = hits.map(({ session, turn, excerpt }) => [
          shortId(session),
          describePast(turn?.at ?? session.usedAt, now),
          turn === undefined ? 'title' : `turn ${turn.number}`,
          excerpt,
        ]);
        const why = hits.length === 0 ? await explainNone(context) : undefined;
        const none = ['No session has these words.', ...(why === undefined ? [] : [why])];
        const out = hits.length === 0 ? none : alignColumns(rows);
        return { json: { schema, words, hits }, out };
      });
    },
  }),
  rename: createCommand({
    params: { session, title: required('title', 'the new title; no model changes it again'), json },
    example: "holdfast sessions rename last 'The parser'",
    run: (asked, context) => {
      const title = toOneLine(asked.title);
      if (title === '') throw mistake('the title is empty', 'name one');
      return withSessions(context, async (store) => {
        const head = await requireSession(store, asked.session);
        await store.setTitle(head.id, title, 'user');
        const renamed = { id: head.id, title, before: head.title };
        return { json: { schema, renamed }, out: [`${shortId(head)} is called ${title}`] };
      });
    },
  }),
  delete: createCommand({
    params: { session, yes: toggle('do not ask for confirmation'), json },
    example: 'holdfast sessions delete last --yes',
    run: (asked, context) =>
      withSessions(context, async (store): Promise<Printout | number> => {
        const head = await requireSession(store, asked.session);
        if (!asked.yes && !(await mayErase(context.terminal, head))) {
          context.terminal.talk('nothing is erased\n');
          return 0;
        }
        await store.delete(head.id);
        return { json: { schema, deleted: head }, out: [`erased ${describeSession(head)}`] };
      }),
  }),
};

async function mayErase(terminal: Terminal, head: SessionHead): Promise<boolean> {
  if (!terminal.isInteractive)
    throw mistake(`${describeSession(head)} would be erased for good`, 'add --yes to confirm');
  const prompt = `Erase ${describeSession(head)} for good? [y/N] `;
  const said = await untilSignal(terminal, (signal) => terminal.readLine(prompt, signal));
  return /^y(es)?$/i.test(said.trim());
}

/** Names the setting by which none is kept, or where others are; undefined if it is neither. */
async function explainNone(context: CommandContext): Promise<string | undefined> {
  const config = await readSettings(context.host);
  const unkept = config && findUnkept(config);
  if (unkept !== undefined)
    return `No session is stored: ${unkept.what}. To ${formatFix(unkept.fix)}`;
  const elsewhere = findElsewhere(context.host, context.paths);
  return elsewhere && `No session is stored here; ${elsewhere}.`;
}

/** Passes the present time, epoch ms. */
async function withSessions<T>(
  context: CommandContext,
  use: (store: SessionStore, now: number) => Promise<T>,
): Promise<T> {
  const { host, paths } = context;
  const { openSessions } = await import('../../sessions/store.ts');
  const store = openSessions(host, paths);
  try {
    return await use(store, host.clock.now());
  } catch (error) {
    const config = error instanceof NoSession ? await readSettings(context.host) : undefined;
    throw error instanceof NoSession && config
      ? blameSetting(error, config, findElsewhere(host, paths))
      : error;
  } finally {
    await store.close();
  }
}

function describeSession(head: SessionHead): string {
  return `${shortId(head)} "${head.title}", ${countTurns(head)}`;
}

/** Leaves out the title, whose width depends on its script. */
function describeFacts(head: SessionHead, now: number): readonly string[] {
  const cost = head.usd === undefined || head.usd === 0 ? '' : formatUsd(head.usd);
  return [shortId(head), describePast(head.usedAt, now), countTurns(head), head.model ?? '', cost];
}

function shortId({ id }: SessionHead): string {
  return id.slice(0, shownDigits);
}

function countTurns({ turns }: SessionHead): string {
  return countNoun(turns, 'turn');
}

const speakers: Readonly<Record<SessionTurn['role'], string>> = {
  user: 'you',
  assistant: 'the model',
  summary: 'summary of all before',
};

const ends: Readonly<Record<SessionTurn['state'], string>> = {
  whole: '',
  streaming: 'unfinished: it is being written, or its process was killed',
  stopped: 'stopped by you',
  broken: 'broken off',
};

function describeTurn(
  { number, role, model, at, state, text, attachments }: SessionTurn,
  now: number,
): string {
  const files = attachments.map(
    ({ name, mediaType, size }) => `[${name}: ${mediaType}, ${size} bytes]\n`,
  );
  const end = ends[state] === '' ? '' : `(${ends[state]})\n`;
  const head = `${number}. ${model ?? speakers[role]}, ${describeClock(at, now)}`;
  return `${head}\n${printable(text)}\n${files.join('')}${end}`;
}

/** Strips control characters, so that a model's text cannot control the terminal. */
function printable(text: string): string {
  return text.replace(/(?![\n\t])\p{Cc}/gu, '').trimEnd();
}
