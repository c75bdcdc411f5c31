/**
 * `holdfast chat` on a real terminal and through pipes: no line is lost or doubled, no message is
 * cut, nothing said is forgotten.
 */

import { execFile, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hasTmux, Pane } from '../../scripts/lib/pane.ts';

const launcher = join(import.meta.dirname, '../../bin/holdfast.js');
const command = `exec '${process.execPath}' '${launcher}' chat`;

type Messages = readonly { readonly role: string; readonly content: unknown }[];

/** A provider whose answers the test writes itself, piece by piece. */
class Provider {
  readonly #server: Server;
  /** The messages of each request. */
  readonly asked: Messages[] = [];
  isRefusing = false;
  #answer: ServerResponse | undefined;

  constructor() {
    this.#server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      request.on('end', () => this.#take(JSON.parse(body), response));
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/v1`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  say(text: string): void {
    this.#send({ choices: [{ delta: { content: text } }] });
  }

  end(): void {
    this.#send({ choices: [{ delta: {}, finish_reason: 'stop' }] });
    this.#answer?.end('data: [DONE]\n\n');
  }

  /** What is no streamed turn of the chat is a side task, and is not what is looked at here. */
  #take(body: { stream?: boolean; messages: Messages }, response: ServerResponse): void {
    if (body.stream !== true) {
      response.writeHead(200, { 'content-type': 'application/json' });
      const message = { role: 'assistant', content: 'A title' };
      response.end(JSON.stringify({ choices: [{ message, finish_reason: 'stop' }] }));
      return;
    }
    this.asked.push(body.messages);
    if (this.isRefusing) {
      response.writeHead(400, { 'content-type': 'application/json' });
      response.end('{"error":{"message":"no such parameter: x","type":"invalid_request_error"}}');
      return;
    }
    this.#answer = response;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
  }

  #send(event: object): void {
    this.#answer?.write(`data: ${JSON.stringify(event)}\n\n`);
  }
}

let home: string;
let provider: Provider;
let panes: Pane[];
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'holdfast-chat-'));
  provider = new Provider();
  const url = await provider.listen();
  const own = `{base_url: "${url}", protocol: openai-chat, auth: none}`;
  writeFileSync(join(home, 'config.yaml'), `main: own/m\nproviders: {own: ${own}}\n`);
  panes = [];
});
afterEach(async () => {
  for (const pane of panes) await pane.close();
  provider.close();
  rmSync(home, { recursive: true, force: true });
});

const environment = (): Record<string, string> => ({ HOLDFAST_HOME: home });

async function open(line = command, more: Record<string, string> = {}): Promise<Pane> {
  const pane = await Pane.open(line, {
    columns: 100,
    rows: 30,
    folder: home,
    environment: { ...environment(), ...more },
  });
  panes.push(pane);
  return pane;
}

const prompted = /^› *$/m;

async function shows(pane: Pane, text: string | RegExp): Promise<void> {
  await expect.poll(() => pane.screen()).toMatch(text);
}

/** To what was asked. */
async function answers(pane: Pane, text: string): Promise<void> {
  provider.say(text);
  provider.end();
  await shows(pane, prompted);
}

async function ask(pane: Pane, text: string): Promise<void> {
  const before = provider.asked.length;
  await pane.type(text);
  await pane.press('Enter');
  await expect.poll(() => provider.asked.length).toBe(before + 1);
}

const kinds = ['plain line', '- *item*', '**bold** words', '`code` in', '1. numbered', '> quoted'];

/** Lines that each have a number, in blocks of many kinds, one of them a long block of code. */
function numbered(from: number, to: number): string {
  const lines: string[] = [];
  for (let number = from; number <= to; number += 1) {
    const block = Math.floor(number / 50);
    const isCode = block % 7 === 6;
    if (isCode && number % 50 === 0) lines.push('```');
    lines.push(`${isCode ? 'code' : kinds[block % 7]} №${number}; 一些文字 and more words`);
    if (number % 50 === 49) lines.push(isCode ? '```' : '');
  }
  return `${lines.join('\n')}\n`;
}

describe.skipIf(!hasTmux())('on a terminal', { timeout: 120_000 }, () => {
  it('shows each of 5,000 lines once and in order, through resizes while they come', async () => {
    const pane = await open();
    await shows(pane, prompted);
    await pane.type('before');
    await ask(pane, ' go');
    const sizes = [
      [60, 20],
      [130, 45],
      [80, 24],
    ] as const;
    for (let part = 0; part < 4; part += 1) {
      const text = numbered(part * 1250 + 1, (part + 1) * 1250);
      for (let at = 0; at < text.length; at += 40) provider.say(text.slice(at, at + 40));
      await expect.poll(() => pane.screen()).toContain(`№${(part + 1) * 1250};`);
      const [columns, rows] = sizes[part] ?? [80, 24];
      await pane.resize(columns, rows);
    }
    provider.end();
    await shows(pane, prompted);
    const all = await pane.all();
    const seen = [...all.matchAll(/№(\d+);/g)].map(([, number]) => Number(number));
    expect(seen).toEqual(Array.from({ length: 5000 }, (_, index) => index + 1));
    expect(all.split('\n').slice(0, 2)).toEqual([expect.stringContaining('/help'), '› before go']);
  });

  it('a block that is being written is there once, however often the window changes', async () => {
    const pane = await open();
    await shows(pane, prompted);
    await ask(pane, 'go');
    for (let row = 1; row <= 12; row += 1) {
      provider.say(
        `${row === 1 ? '| a | b |\n|---|---|\n' : ''}| ${'wörter 文字 '.repeat(row)} №${row}; | x |\n`,
      );
      await shows(pane, `№${row};`);
      await pane.resize(row % 2 === 0 ? 90 : 40 + row, row % 3 === 0 ? 16 : 30);
    }
    provider.say('\nThe end.');
    provider.end();
    await shows(pane, prompted);
    const all = await pane.all();
    expect([...all.matchAll(/№(\d+);/g)].map(([, row]) => Number(row))).toEqual(
      Array.from({ length: 12 }, (_, index) => index + 1),
    );
    expect(all.match(/─ {2}─/g)).toHaveLength(1);
  });

  it('takes 200 pasted lines as one message', async () => {
    const pane = await open();
    await shows(pane, prompted);
    const lines = Array.from({ length: 200 }, (_, index) => `line ${index + 1}\tof 200`).join('\n');
    await pane.type('look: ');
    await pane.paste(lines);
    await shows(pane, 'look: [paste 1: 200 lines]');
    await ask(pane, ' thanks');
    expect(provider.asked).toEqual([[{ role: 'user', content: `look: ${lines} thanks` }]]);
    await answers(pane, 'read');
  });

  it.each([
    [50, 30],
    [140, 20],
  ])(
    'a long line that is edited is there once when the window has become %d wide',
    async (columns, rows) => {
      const pane = await open();
      await shows(pane, prompted);
      await ask(pane, 'go');
      await answers(pane, 'a line\n'.repeat(40));
      await pane.type(Array.from({ length: 24 }, (_, index) => `word${index}`).join(' '));
      await shows(pane, 'word23');
      await pane.resize(columns, rows);
      await pane.type('.');
      await shows(pane, 'word23.');
      const all = (await pane.all()).replaceAll('\n', '');
      expect(all.match(/word\d+/g)).toHaveLength(24);
      expect(all.match(/a line/g)).toHaveLength(40);
    },
  );

  it('Ctrl-C ends an answer and keeps it; twice at the empty prompt it leaves, and the terminal is as before', async () => {
    const pane = await open(
      `stty -a >before; sh -c "${command}"; echo "left $?"; stty -a >after; cmp before after && echo SAME`,
    );
    await shows(pane, prompted);
    await ask(pane, 'one');
    provider.say('the first half');
    await shows(pane, 'the first half');
    await pane.type('typed ahead');
    await shows(pane, '› typed ahead');
    await pane.press('C-c');
    await shows(pane, /Not sent: typed ahead\.[\s\S]*Stopped\.[\s\S]*^› *$/m);
    await ask(pane, 'two');
    expect(provider.asked[1]).toEqual([
      { role: 'user', content: 'one' },
      { role: 'assistant', content: 'the first half' },
      { role: 'user', content: 'two' },
    ]);
    await answers(pane, 'fine');
    await pane.press('C-c');
    await shows(pane, /Press Ctrl-C once more, or Ctrl-D, to leave\.\n› *$/m);
    await pane.press('C-c', 'C-c');
    await shows(pane, /left 130[\s\S]*SAME/);
  });

  it.each(['INT', 'TERM'])('SIG%s ends it, and the terminal is as before', async (signal) => {
    const pane = await open(
      `stty -a >before; sh -c 'echo $$ >pid; ${command.replaceAll("'", '"')}'; echo "left $?"; stty -a | cmp before - && echo SAME`,
    );
    await shows(pane, prompted);
    await ask(pane, 'one');
    provider.say('half');
    await shows(pane, 'half');
    process.kill(Number(readFileSync(join(home, 'pid'), 'utf8')), `SIG${signal}`);
    await shows(pane, /left 130[\s\S]*SAME/);
  });

  it('sends what is typed too early, in order: before the prompt, while an answer comes, and as a paste without marks', async () => {
    const go = join(home, 'go');
    const pane = await open(`until [ -e '${go}' ]; do sleep 0.05; done; ${command}`);
    await pane.type('one');
    await pane.press('Enter');
    await pane.type('two');
    await pane.press('Enter');
    writeFileSync(go, '');
    await expect.poll(() => provider.asked.length, { timeout: 20_000 }).toBe(1);
    await shows(pane, '1 queued: two');
    await pane.type('thre');
    await pane.press('BSpace', 'e', 'e', 'Enter');
    await pane.type('four\nfive\nsi');
    await shows(pane, /4 queued: two · three · four · five\n› si/);
    for (const [index, text] of [
      'answer 1',
      'answer 2',
      'answer 3',
      'answer 4',
      'answer 5',
    ].entries()) {
      await expect.poll(() => provider.asked.length).toBe(index + 1);
      provider.say(text);
      provider.end();
    }
    await shows(pane, /^› si$/m);
    expect(provider.asked.at(-1)?.map(({ content }) => content)).toEqual([
      'one',
      'answer 1',
      'two',
      'answer 2',
      'three',
      'answer 3',
      'four',
      'answer 4',
      'five',
    ]);
    expect(await pane.all()).not.toContain('queued');
  });

  it('completes commands and files, and shows what an answer waits for', async () => {
    writeFileSync(join(home, 'two words.txt'), 'a note');
    const pane = await open();
    await shows(pane, prompted);
    await pane.type('see @two');
    await pane.press('Tab');
    await shows(pane, '› see @"two words.txt"');
    await ask(pane, 'please');
    await shows(pane, /^\d+ s · waiting for the first token of own\/m at 127\.0\.0\.1:\d+$/m);
    await answers(pane, 'read');
    expect(await pane.screen()).not.toContain('waiting');
    await pane.type('/wh');
    await pane.press('Tab');
    await shows(pane, /^› \/why *$/m);
    await pane.press('Enter');
    await shows(pane, /Answered after .* by own\/m, the first that was asked/);
  });

  it('after kill -9 in the middle of an answer, goes on with what was said', async () => {
    const pane = await open();
    await shows(pane, prompted);
    await ask(pane, 'one');
    provider.say('the first half');
    await expect.poll(async () => sessionText()).toContain('the first half');
    const pid = await pane.pid();
    execFileSync('kill', ['-9', String(pid)]);
    await expect.poll(() => existsSync(`/proc/${pid}/exe`)).toBe(false);
    const resumed = await open(`${command} --continue`);
    await shows(
      resumed,
      /› one[\s\S]*the first half[\s\S]*press Enter to ask again[\s\S]*^› one$/m,
    );
    await resumed.press('Enter');
    await expect.poll(() => provider.asked.length).toBe(2);
    expect(provider.asked[1]).toEqual([{ role: 'user', content: 'one' }]);
    await answers(resumed, 'all of it');
    expect(await sessionText()).not.toContain('the first half');
  });
});

/** What the last session has, as another process reads it. */
async function sessionText(): Promise<string> {
  const [out] = await holdfast(['sessions', 'show', 'last']);
  return out;
}

function holdfast(
  words: readonly string[],
  input = '',
): Promise<readonly [out: string, talk: string, status: number]> {
  const env = { PATH: process.env['PATH'], ...environment() };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [launcher, ...words], { env }, (error, out, talk) => {
      resolve([out, talk, typeof error?.code === 'number' ? error.code : 0]);
    });
    child.stdin?.end(input);
  });
}

describe('without a terminal', { timeout: 60_000 }, () => {
  /** Answers each turn with markdown, as it comes. */
  async function serve(turns: number): Promise<void> {
    for (let turn = 1; turn <= turns; turn += 1) {
      await expect.poll(() => provider.asked.length).toBe(turn);
      provider.say(`**answer** \x1b[31m${turn}`);
      provider.end();
    }
  }

  it('a line is a message, an answer is its text, and no escape byte is written', async () => {
    const serving = serve(2);
    const [out, talk, status] = await holdfast(['chat'], 'one\ntwo\n/nope\n');
    await serving;
    expect([out, status]).toEqual(['**answer** [31m1\n**answer** [31m2\n', 2]);
    expect(talk).toBe('holdfast: there is no command /nope\nTo fix: /help lists them\n');
    expect(provider.asked[1]).toHaveLength(3);
  });

  it('--json prints a line for each answer', async () => {
    const serving = serve(1);
    const [out] = await holdfast(['chat', '--json'], 'one\n');
    await serving;
    expect(JSON.parse(out)).toEqual({ schema: 'holdfast.chat/1', text: '**answer** \x1b[31m1' });
  });

  it('ends with the status of what failed last', async () => {
    provider.isRefusing = true;
    const [out, talk, status] = await holdfast(['chat'], 'one\n');
    expect([out, talk, status]).toEqual([
      '\n',
      expect.stringMatching(/^holdfast: .*no such parameter/),
      2,
    ]);
  });

  it('TERM=dumb gets a prompt and text, and no escape byte', async () => {
    const serving = serve(1);
    const steps = [
      ['> ', 'one\r'],
      ['answer', ''],
      ['> ', '\x04'],
    ];
    const words = [join(import.meta.dirname, 'on-terminal.py'), JSON.stringify(steps)];
    const env = { PATH: process.env['PATH'], ...environment(), TERM: 'dumb' };
    const child = spawn('python3', [...words, process.execPath, launcher, 'chat'], { env });
    let shown = '';
    child.stdout.on('data', (chunk: Buffer) => {
      shown += chunk.toString();
    });
    const status = await new Promise((resolve) => child.on('exit', resolve));
    await serving;
    expect(status).toBe(0);
    expect(shown).not.toContain('\x1b');
    expect(shown).toMatch(/> one\r\n[\s\S]*\*\*answer\*\* \[31m1\r\n/);
  });
});
