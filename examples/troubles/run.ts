/**
 * Staged troubles: each with real processes, named with its cause and the line that fixes it in the
 * first five lines of `holdfast doctor` or `holdfast explain`. That line is pasted into a shell;
 * then the trouble is gone. A few have no such line: who can fix them is told instead.
 *
 *     npx node examples/troubles/run.ts [words of a name]
 */

import {
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { makeAuthority, makeSelfSigned } from '../../test/fakes/self-signed.ts';
import { startIdentityProvider } from '../../test/oauth/identity-provider.ts';
import { expectThat, Stage, tell } from '../stage.ts';
import type { StagedTrouble } from './scene.ts';
import { stageTroubles } from './staged.ts';

const wanted = process.argv[2] ?? '';
const world = new Stage();
const neighbour = createServer((_request, response) => response.end('not yours'));
const strict = createServer((incoming, response) => handOn(incoming, response));
const hourMs = 3_600_000;
const late = createServer((_request, response) => {
  response.writeHead(401, { date: new Date(Date.now() - hourMs).toUTCString() }).end('{}');
});
const untrusted = createSecureServer(makeSelfSigned('provider.test'), (_request, response) =>
  response.end('{}'),
);
const expired = makeSelfSigned('provider.test', Date.now() - 2 * 24 * hourMs);
const ended = createSecureServer(expired, (_request, response) => response.end('{}'));
const authority = makeAuthority('Corp Proxy');
const unsealed = createSecureServer(authority.sign('api.provider.test'), handOn);
const proxy = createServer().on('connect', (_request, socket: Duplex) => {
  socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
  socket.on('error', () => socket.destroy());
  unsealed.emit('connection', socket);
});
let lifeSeconds = 2;
const logins = await startIdentityProvider({ lifetime: () => lifeSeconds });
world.write('ended.pem', expired.cert);
world.write('proxy.pem', authority.cert);
let provider = '';
try {
  provider = await world.startProvider();
  const unversioned = `http://127.0.0.1:${await listen(strict)}`;
  const troubles = stageTroubles({
    provider,
    takenPort: await listen(neighbour),
    unversioned,
    late: `http://127.0.0.1:${await listen(late)}/v1`,
    untrusted: `https://127.0.0.1:${await listen(untrusted)}/v1`,
    ended: `https://127.0.0.1:${await listen(ended)}/v1`,
    endedFile: join(world.home, 'ended.pem'),
    proxy: `http://127.0.0.1:${await listen(proxy)}`,
    proxyFile: join(world.home, 'proxy.pem'),
    login: {
      issuer: logins.issuer,
      clientId: logins.clientId,
      api: logins.apiUrl,
      confirm: confirmLogin,
      revoke: revokeLogin,
    },
  });
  for (const trouble of troubles.filter(({ name }) => name.includes(wanted))) await play(trouble);
} finally {
  for (const server of [neighbour, strict, late, untrusted, ended, proxy, unsealed]) server.close();
  await logins.close();
  await world.clear();
}

function confirmLogin(said: string): void {
  const code = /\b[A-Z]{4}-[A-Z]{4}\b/.exec(said)?.[0];
  if (code !== undefined) void logins.confirm(code);
}

/** Ends when the access token has run out too, so that the login itself is what is asked about. */
async function revokeLogin(): Promise<void> {
  await logins.revoke();
  await setTimeout(lifeSeconds * 1000 + 100);
  lifeSeconds = 3600;
}

async function play(trouble: StagedTrouble): Promise<void> {
  const {
    name,
    by = 'holdfast doctor',
    says,
    typed: input = '',
    after = 'holdfast ask hello',
  } = trouble;
  const { isOthers, clear, onTalk } = trouble;
  tell(`\n${name}`);
  const stage = new Stage();
  try {
    const shell = await setScene(stage, trouble);
    if (shell === undefined) return tell('   - not staged: this machine does not allow it');
    const head = (await stage.paste(`${by} 2>/dev/null`, shell)).output.split('\n').slice(0, 5);
    tell(head.join('\n').replace(/^/gm, '      '));
    const at = head.findIndex((line) => says.test(line));
    expectThat(at >= 0, 'its cause is named in the first five lines');
    if (isOthers) return;
    const fix = head.slice(at).flatMap((line) => /^ {2}→ [^:]*: (.+)$/.exec(line)?.[1] ?? [])[0];
    expectThat(fix !== undefined, `with a line to paste: ${fix}`);
    const pasted = await stage.paste(
      `${fix} >&2; ${after} >&2 || exit 7; ${by} 2>/dev/null`,
      shell,
      {
        input,
        ...(onTalk && { onTalk }),
      },
    );
    expectThat(pasted.status !== 7, `pasted, and \`${after}\` ends well`);
    expectThat(!says.test(pasted.output), `and \`${by}\` does not name it any more`);
  } finally {
    if (clear !== undefined) await stage.paste(clear);
    await stage.clear();
  }
}

/** Returns the variables of the shell; undefined where it cannot be set here. */
async function setScene(
  stage: Stage,
  trouble: StagedTrouble,
): Promise<Readonly<Record<string, string>> | undefined> {
  const {
    config,
    files = {},
    programs = {},
    shell = {},
    service,
    before,
    afterwards,
    onTalk,
  } = trouble;
  stage.write('config.yaml', config);
  for (const [file, text] of Object.entries(files)) stage.write(file, text);
  const variables = Object.fromEntries(
    Object.entries(shell).map(([name, value]) => [name, value.replace('$HOME', stage.home)]),
  );
  if (service !== undefined) await stage.startGateway(service);
  for (const [program, script] of Object.entries(programs)) stage.program(program, script);
  const done = await stage.paste(`{ ${before ?? ':'}\n} >&2`, variables, onTalk && { onTalk });
  await afterwards?.();
  return done.status === 77 ? undefined : variables;
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}

/** As most vendors do, and the simulated provider does not: nothing is served above `/v1`. */
function handOn(incoming: IncomingMessage, response: ServerResponse): void {
  const { method, headers, url = '' } = incoming;
  if (!url.startsWith('/v1/')) {
    response.writeHead(404, { 'content-type': 'application/json' });
    response.end('{"error":{"message":"no such path"}}');
    return;
  }
  const onward = request(new URL(url, provider), { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy());
  incoming.pipe(onward);
}
