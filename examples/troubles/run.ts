/**
 * Staged troubles: each with real processes, named with its cause and the line that mends it in the first five lines of
 * `holdfast doctor` or `holdfast explain`. That line is pasted into a shell; then the trouble is gone. A few have no such line: who
 * can mend them is told instead.
 *
 *     npx node examples/troubles/run.ts [words of a name]
 */

import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { makeSelfSigned } from '../../test/fakes/self-signed.ts';
import { expectThat, Stage, tell } from '../stage.ts';
import { type StagedTrouble, stageTroubles } from './staged.ts';

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
  });
  for (const trouble of troubles.filter(({ name }) => name.includes(wanted))) await play(trouble);
} finally {
  for (const server of [neighbour, strict, late, untrusted]) server.close();
  await world.clear();
}

async function play(trouble: StagedTrouble): Promise<void> {
  const { name, by = 'holdfast doctor', says, typed = '', after = 'holdfast ask hello', isOthers } = trouble;
  tell(`\n${name}`);
  const stage = new Stage();
  try {
    const shell = await setScene(stage, trouble);
    const head = (await stage.paste(`${by} 2>/dev/null`, shell)).output.split('\n').slice(0, 5);
    tell(head.join('\n').replace(/^/gm, '      '));
    const at = head.findIndex((line) => says.test(line));
    expectThat(at >= 0, 'its cause is named in the first five lines');
    if (isOthers) return;
    const mend = head.slice(at).flatMap((line) => /^ {2}→ [^:]*: (.+)$/.exec(line)?.[1] ?? [])[0];
    expectThat(mend !== undefined, `with a line to paste: ${mend}`);
    const pasted = await stage.paste(`${mend} >&2; ${after} >&2 || exit 7; ${by} 2>/dev/null`, shell, typed);
    expectThat(pasted.status !== 7, `pasted, and \`${after}\` ends well`);
    expectThat(!says.test(pasted.output), `and \`${by}\` does not name it any more`);
  } finally {
    await stage.clear();
  }
}

/** Returns the variables of the shell. */
async function setScene(stage: Stage, trouble: StagedTrouble): Promise<Readonly<Record<string, string>>> {
  const { config, files = {}, shell = {}, service, before } = trouble;
  stage.write('config.yaml', config);
  for (const [file, text] of Object.entries(files)) stage.write(file, text);
  const variables = Object.fromEntries(
    Object.entries(shell).map(([name, value]) => [name, value.replace('$HOME', stage.home)]),
  );
  if (service !== undefined) await stage.startGateway(service);
  if (before !== undefined) await stage.paste(before, variables);
  return variables;
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
