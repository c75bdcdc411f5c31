/**
 * The launcher tells V8 13 how a gateway's bodies are counted, in the process that serves, and no
 * other V8 anything.
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startGatewayProcess } from './gateway-process.ts';

/** Writes down what V8 is told. */
const probe = (told: string): string => `
import { appendFileSync } from 'node:fs';
import v8 from 'node:v8';
const { setFlagsFromString } = v8;
v8.setFlagsFromString = (flags) => {
  appendFileSync(${JSON.stringify(told)}, process.pid + ' ' + flags + '\\n');
  setFlagsFromString(flags);
};`;

it('tells V8 13 alone, once, in the process that was started', async () => {
  const home = mkdtempSync(join(tmpdir(), 'holdfast-heap-'));
  const told = join(home, 'told');
  const up =
    'up: {base_url: "http://127.0.0.1:9/v1", protocol: openai-chat, api_key: sk-test-heap}';
  writeFileSync(join(home, 'config.yaml'), `main: up/m\nproviders:\n  ${up}\n`);
  writeFileSync(join(home, 'probe.mjs'), probe(told));
  writeFileSync(told, '');
  try {
    const gateway = await startGatewayProcess(home, {
      NODE_OPTIONS: `--import ${join(home, 'probe.mjs')}`,
    });
    await gateway.stop();
    const lines = readFileSync(told, 'utf8').split('\n');
    expect(lines.filter((line) => line.includes('external-memory'))).toEqual(
      process.versions.v8.startsWith('13.')
        ? [`${gateway.pid} --external-memory-accounted-in-global-limit`]
        : [],
    );
    expect(gateway.said()).not.toContain('unrecognized flag');
  } finally {
    rmSync(home, { recursive: true });
  }
});
