/** A gateway of this home without a run file, and what is written nowhere for want of a disk. */

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { resolvePaths } from '../../config/files/paths.ts';
import { challengeHeader, proofsOf } from '../../gateway/run-file.ts';
import { createNodeFiles } from '../../host/node-files.ts';
import { lookAtPort } from '../doctor/port-checks.ts';
import { describeHolder } from './listening.ts';
import { findPresentFault } from './present-faults.ts';
import { findUnannounced } from './unannounced.ts';

const root = mkdtempSync(join(tmpdir(), 'holdfast-unannounced-'));
const files = createNodeFiles();
const homeAt = (name: string, port: number, state?: string) => {
  const variables = {
    XDG_CONFIG_HOME: join(root, name),
    XDG_STATE_HOME: join(root, state ?? name),
  };
  const environment = { HOME: root, HOLDFAST_PORT: String(port), ...variables };
  return createFakeHost({ environment }).environment;
};
/** Answers a challenge as a gateway of the home `a` does. */
const server = createServer((request, response) => {
  const asked = String(request.headers[challengeHeader]);
  const host = { files, environment: homeAt('a', 0) };
  response.setHeaders(new Map(proofsOf(host, 'token', asked))).end();
});
let port = 0;

beforeAll(async () => {
  for (const name of ['a', 'b']) mkdirSync(join(root, name, 'holdfast'), { recursive: true });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const at = server.address();
  port = typeof at === 'object' && at !== null ? at.port : 0;
});
afterAll(() => {
  server.close();
  rmSync(root, { recursive: true });
});

it.each<readonly [string, boolean]>([
  ['a', true],
  ['b', false],
  ['missing', false],
])('to the home %s it is its own gateway: %s', async (name, isOwn) => {
  const environment = homeAt(name, port);
  const place = { address: '127.0.0.1', port };
  const paths = resolvePaths(environment);
  const at = isOwn ? `http://127.0.0.1:${port}` : undefined;
  expect(await findUnannounced({ files, environment }, paths)).toBe(at);
  const found = await describeHolder(place, { platform: process.platform, environment });
  expect(found.isOwn).toBe(isOwn);
  const who = isOwn ? 'the gateway of this home' : 'another Holdfast gateway';
  expect(found.who.startsWith(who)).toBe(true);
  const [trouble] = await lookAtPort(
    { ...place, platform: process.platform, isFromFile: true },
    { running: undefined, environment },
  );
  expect(trouble?.what.includes(`has no run file ${paths.runFile}`)).toBe(isOwn);
  const isTold = trouble?.evidence.includes('no gateway of this home runs') === true;
  expect(isTold).toBe(!isOwn);
});

it('nobody is found where nobody listens', async () => {
  const environment = homeAt('a', 1);
  expect(await findUnannounced({ files, environment }, resolvePaths(environment))).toBeUndefined();
});

describe('what is wrong now, with a state file that', () => {
  const fault = (code: string) => Object.assign(new Error(code), { code });
  const config =
    'main: one/m\nproviders: {one: {base_url: http://127.0.0.1:9/v1, protocol: openai-chat, api_key: none}}\n';
  const stateFile = '/h/state.db';
  it.each<readonly [string, Record<string, unknown>, string | undefined]>([
    ['can be written', {}, undefined],
    ['has little room', { spaceLeft: () => 9_000_000 }, undefined],
    ['has no room', { spaceLeft: () => 0 }, 'the disk with the state file (/h) is full'],
    [
      'is on a disk that is read-only',
      { findWriteFault: () => fault('EROFS') },
      'the state file cannot be written in /h: it is on a disk that is mounted read-only',
    ],
    [
      'is of another user',
      { findFileFault: (path: string) => (path === stateFile ? fault('EACCES') : undefined) },
      `the state file ${stateFile}: this user may not read or write it`,
    ],
  ])('%s', async (_name, changed, told) => {
    const environment = { HOLDFAST_HOME: '/h' };
    const host = createFakeHost({ environment, files: { '/h/config.yaml': config } });
    const broken = { ...host, files: { ...host.files, ...changed } };
    const found = await findPresentFault(broken, { from: { kind: 'file', text: '' } });
    expect(found?.what).toBe(told && `newer requests may be missing: ${told}`);
  });
});
