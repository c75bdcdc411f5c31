/**
 * `node scripts/draw-chat.ts` runs `holdfast chat` in a terminal and writes docs/chat.svg from its
 * screen. With `--check` it only reports whether the file is stale.
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { drawTerminal } from './lib/draw-terminal.ts';
import { Pane } from './lib/pane.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const picture = join(root, 'docs/chat.svg');
const size = { columns: 84, rows: 34 };

const question = 'Which of my three servers needs attention? 请简短回答。';
const answer = `## Two are well, **one** is not

1. \`db-2\` has used 91 % of its disk; it grows by *2 % a day*
2. 其余两台服务器运行正常，无需处理。

| server | disk | load |
|:-------|-----:|-----:|
| web-1  | 41 % | 0.30 |
| db-1   | 52 % | 1.10 |
| db-2   | **91 %** | 0.80 |

What fills it up:

\`\`\`sh
du -sh /var/lib/postgresql/*/pg_wal
\`\`\`

The [manual](https://www.postgresql.org/docs/) says how long it is kept.
`;

const home = mkdtempSync(join(tmpdir(), 'holdfast-draw-'));
const server = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => {
    body += chunk.toString();
  });
  request.on('end', () => respond(JSON.parse(body), response));
});

/** The first provider is at its limit; the second answers. */
function respond(
  { model, stream }: { model: string; stream?: boolean },
  response: ServerResponse,
): void {
  const head = { 'content-type': stream === true ? 'text/event-stream' : 'application/json' };
  if (model === 'large') {
    response.writeHead(429, { ...head, 'retry-after': '600' });
    response.end(JSON.stringify({ error: { message: 'Rate limit reached for requests' } }));
    return;
  }
  response.writeHead(200, head);
  const message = { role: 'assistant', content: answer };
  const events = [{ delta: { content: answer } }, { delta: {}, finish_reason: 'stop' }];
  const written = events.map((event) => `data: ${JSON.stringify({ choices: [event] })}\n\n`);
  if (stream === true) response.end(`${written.join('')}data: [DONE]\n\n`);
  else response.end(JSON.stringify({ choices: [{ message, finish_reason: 'stop' }] }));
}

async function listen(to: Server): Promise<number> {
  await new Promise<void>((resolve) => to.listen(0, '127.0.0.1', resolve));
  const address = to.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Waits until the screen shows it. */
async function until(pane: Pane, text: RegExp): Promise<void> {
  while (!text.test(await pane.screen())) await sleep(50);
}

async function draw(): Promise<string> {
  const port = await listen(server);
  const provider = (host: string): object => ({
    base_url: `http://${host}:${port}/v1`,
    protocol: 'openai-chat',
    auth: 'none',
    billing: 'free',
  });
  const providers = { acme: provider('127.0.0.1'), spare: provider('localhost') };
  writeFileSync(
    join(home, 'config.yaml'),
    JSON.stringify({ main: 'acme/large', fallback_chain: ['spare/small'], providers }),
  );
  const line = `exec '${process.execPath}' '${join(root, 'bin/holdfast.js')}' chat`;
  const pane = await Pane.open(line, {
    ...size,
    folder: home,
    environment: { HOLDFAST_HOME: home, NO_COLOR: '' },
  });
  try {
    await until(pane, /^› *$/m);
    await pane.type(question);
    await pane.press('Enter');
    await until(pane, /second choice[\s\S]*^› *$/m);
    // The duration differs in each run.
    const painted = (await pane.painted()).replace(/after [\d.]+ m?s/, 'after 0.3 s');
    return drawTerminal(painted, size.columns);
  } finally {
    await pane.close();
  }
}

try {
  const drawn = await draw();
  if (!process.argv.includes('--check')) writeFileSync(picture, drawn);
  else if (readFileSync(picture, 'utf8') !== drawn) {
    console.error('docs/chat.svg is stale: run node scripts/draw-chat.ts');
    process.exitCode = 1;
  }
} finally {
  server.close();
  rmSync(home, { recursive: true });
}
