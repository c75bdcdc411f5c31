/** The launcher gives `serve` a young heap of its own size, in the process it was started as, unless somebody has decided already. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startGatewayProcess } from './gateway-process.ts';

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'holdfast-heap-'));
  const up = 'up: {base_url: "http://127.0.0.1:9/v1", protocol: openai-chat, api_key: sk-test-heap}';
  writeFileSync(join(home, 'config.yaml'), `main: up/m\nproviders:\n  ${up}\n`);
  writeFileSync(
    join(home, 'probe.mjs'),
    `import { appendFileSync } from 'node:fs';
appendFileSync(${JSON.stringify(join(home, 'starts'))}, process.pid + ' ' + process.execArgv.join(' ') + '\\n');`,
  );
});
afterEach(() => rmSync(home, { recursive: true }));

/** Process id and flags of each start of the program. */
async function startsOf(flags: readonly string[]): Promise<readonly (readonly string[])[]> {
  const options = ['--import', join(home, 'probe.mjs'), ...flags].join(' ');
  const gateway = await startGatewayProcess(home, { NODE_OPTIONS: options });
  await gateway.stop();
  const lines = readFileSync(join(home, 'starts'), 'utf8').trimEnd().split('\n');
  return lines.map((line) => line.trimEnd().split(' '));
}

it.skipIf(process.platform === 'win32')('starts once more, as the same process, with the flag', async () => {
  const [first, second, ...more] = await startsOf([]);
  expect(more).toEqual([]);
  expect(second).toEqual([first?.[0], '--max-semi-space-size=4']);
});

it('leaves a process alone that was given the flag', async () => {
  const starts = await startsOf(['--max-semi-space-size=32']);
  expect(starts).toHaveLength(1);
});
