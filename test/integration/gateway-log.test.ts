/**
 * The log of a gateway as its users run it: in files, beside `holdfast why` of the same request,
 * and on a disk that is full.
 */

import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { startGatewayProcess } from './gateway-process.ts';
import { useSimAndHome } from './sim-and-home.ts';

const stage = useSimAndHome();
beforeEach(() => {
  const config = {
    main: 'sim/sim/status-402',
    fallback_chain: ['spare/sim/echo'],
    auxiliary: { lonely: { provider: 'sim', model: 'sim/status-402', fallback: 'none' } },
    providers: {
      sim: { base_url: stage.sim.url, protocol: 'openai-chat', api_key: 'sk-sim-good' },
      spare: { base_url: stage.sim.url, protocol: 'openai-chat', api_key: 'sk-sim-good+spare' },
    },
  };
  writeFileSync(join(stage.home, 'config.yaml'), JSON.stringify(config));
});

const logged = (): string =>
  readdirSync(join(stage.home, 'logs'))
    .map((name) => readFileSync(join(stage.home, 'logs', name), 'utf8'))
    .join('');

function why(...argv: readonly string[]): Promise<string> {
  const env = { PATH: process.env['PATH'], HOLDFAST_HOME: stage.home, NO_COLOR: '1' };
  const launcher = join(import.meta.dirname, '../../bin/holdfast.js');
  return new Promise((resolve) => {
    execFile(process.execPath, [launcher, 'why', ...argv], { env }, (_error, out, talk) =>
      resolve(out + talk),
    );
  });
}

it('has the id of a request that was rescued and of one that failed, which why tells from the gateway, and later from the file', async () => {
  const gateway = await startGatewayProcess(stage.home);
  await gateway.ask('main');
  const failed = await gateway.ask('lonely');
  const [id = ''] = /hfr_[\w-]+/.exec(failed.text) ?? [];
  const live = await why(id);
  await gateway.stop();
  const lines = logged()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map(({ event, task, request }) => [event, task, typeof request])).toEqual([
    ['started', undefined, 'undefined'],
    ['rescued', 'main', 'string'],
    ['failed', 'lonely', 'string'],
    ['stopping', undefined, 'undefined'],
  ]);
  expect(lines[0].text).toMatch(/^holdfast \d+\.\d+\.\d+( \([0-9a-f]{7}\))? listens on http/);
  expect(lines[2].request).toBe(id);
  expect(live).toMatch(
    /^No target was asked, because sim\/sim\/status-402 was out of credit[\s\S]*read from the gateway at http/,
  );
  expect(await why(id)).toMatch(/^No target was asked[\s\S]*read from the state file/);
  expect(gateway.said()).not.toContain('hfr_');
});

it('serves on when the disk is full, and says so once', async () => {
  mkdirSync(join(stage.home, 'logs'));
  const day = new Date().toISOString().slice(0, 10);
  symlinkSync('/dev/full', join(stage.home, 'logs', `holdfast-${day}.jsonl`));
  const gateway = await startGatewayProcess(stage.home);
  const statuses = [];
  for (let index = 0; index < 3; index += 1) statuses.push((await gateway.ask('main')).status);
  await gateway.ask('lonely');
  await gateway.stop();
  expect(statuses).toEqual([200, 200, 200]);
  expect(gateway.said().match(/cannot be written: the disk is full/g)).toHaveLength(1);
});
