/**
 * Measures `holdfast chat` on a terminal: an answer of 5,000 lines of markdown, with three resizes
 * while it streams.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasTmux, Pane } from '../scripts/lib/pane.ts';
import { cpuTimeUs, sleep } from './machine.ts';
import { type Finding, formatNumber } from './report.ts';
import { beginStream, endStream, startUpstream, writeEvent } from './upstream.ts';

const lines = 5000;
/** The interval of events, and their length in characters, as of fast models. */
const everyMs = 2;
const perEvent = 60;
const sizes = [
  [60, 20],
  [130, 45],
  [80, 24],
] as const;
const launcher = join(import.meta.dirname, '../bin/holdfast.js');

/** Skipped without tmux. */
export async function measureChat(): Promise<Finding> {
  const title = `chat: an answer of ${lines} lines in tmux, three resizes`;
  if (!hasTmux())
    return { title, rows: [{ who: 'not measured', figures: ['tmux is missing'] }], verdicts: [] };
  const { startS, answerS, seen } = await chatOnce();
  return {
    title,
    rows: [{ who: 'CPU of the chat', figures: [`${formatNumber(startS)} s until its prompt`] }],
    verdicts: [
      { what: 'the answer', value: answerS, unit: ' s of CPU', goal: { atMost: 1.5 } },
      { what: 'lines on the terminal, each once', value: seen, unit: '', goal: { atLeast: lines } },
    ],
  };
}

interface Chatted {
  readonly startS: number;
  readonly answerS: number;
  /** Lines in their order, up to the first that is lost or doubled. */
  readonly seen: number;
}

async function chatOnce(): Promise<Chatted> {
  const home = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
  const upstream = await startUpstream();
  const own = {
    base_url: `http://127.0.0.1:${upstream.port}/v1`,
    protocol: 'openai-chat',
    auth: 'none',
  };
  // without this, a title would be asked for in the background
  const auxiliary = { title_generation: { provider: 'none' } };
  writeFileSync(
    join(home, 'config.yaml'),
    JSON.stringify({ main: 'own/m', providers: { own }, auxiliary }),
  );
  const options = { columns: 100, rows: 30, folder: home, environment: { HOLDFAST_HOME: home } };
  const pane = await Pane.open(`exec '${process.execPath}' '${launcher}' chat`, options);
  try {
    await until(pane, prompted);
    const pid = await pane.pid();
    const startS = cpuTimeUs(pid) / 1e6;
    const sent = new Promise<void>((resolve) =>
      upstream.play((connection) => void send(connection, pane).then(resolve)),
    );
    await pane.type('go');
    await pane.press('Enter');
    await sent;
    await until(pane, prompted);
    return { startS, answerS: cpuTimeUs(pid) / 1e6 - startS, seen: countInOrder(await pane.all()) };
  } finally {
    await pane.close();
    await upstream.close();
    rmSync(home, { recursive: true });
  }
}

const prompted = /^› *$/m;

async function until(pane: Pane, text: RegExp): Promise<void> {
  while (!text.test(await pane.screen())) await sleep(100);
}

/** Resizes the window after each quarter. */
async function send(connection: Socket, pane: Pane): Promise<void> {
  beginStream(connection);
  for (let quarter = 0; quarter < 4; quarter += 1) {
    const text = writeLines((quarter * lines) / 4 + 1, ((quarter + 1) * lines) / 4);
    for (let at = 0; at < text.length; at += perEvent) {
      writeEvent(connection, `${at}`, text.slice(at, at + perEvent));
      await sleep(everyMs);
    }
    const [columns, rows] = sizes[quarter] ?? [];
    if (columns !== undefined && rows !== undefined) await pane.resize(columns, rows);
  }
  endStream(connection);
}

const kinds = ['plain line', '- *item*', '**bold** words', '`code` in', '1. numbered', '> quoted'];
const linesOfBlock = 50;

/** Blocks of many kinds, code too; each line has its number. */
function writeLines(from: number, to: number): string {
  let text = '';
  for (let number = from; number <= to; number += 1) {
    const kind = kinds[Math.floor(number / linesOfBlock) % (kinds.length + 1)];
    const place = number % linesOfBlock;
    const fence = kind === undefined ? '```\n' : '';
    text += `${place === 0 ? fence : ''}${kind ?? 'code'} #${number}; some more words of it\n`;
    if (place === linesOfBlock - 1) text += `${fence}\n`;
  }
  return text;
}

function countInOrder(shown: string): number {
  const numbers = [...shown.matchAll(/#(\d+);/g)].map(([, number]) => Number(number));
  const wrong = numbers.findIndex((number, index) => number !== index + 1);
  return wrong < 0 ? numbers.length : wrong;
}
