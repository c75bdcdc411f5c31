/**
 * `holdfast init` on a real terminal: three questions, a configuration that works, and nothing left
 * behind by who gives up.
 */

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSimulatedProvider } from '../../src/sim/index.ts';
import { hasPython, type Step, typeOnTerminal } from './type-on-terminal.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'holdfast-init-'));
});
afterEach(() => rmSync(home, { recursive: true }));

const configFile = (): string => join(home, 'config.yaml');

const typeInto = (
  steps: readonly Step[],
  variables: Readonly<Record<string, string>> = {},
  argv: readonly string[] = ['init'],
): Promise<readonly [string, number]> =>
  typeOnTerminal({ HOLDFAST_HOME: home, ...variables }, argv, steps);

describe.skipIf(!hasPython())('holdfast init on a terminal', { timeout: 60_000 }, () => {
  it('takes what is there when only Enter is typed: a key in a variable, and the model of its vendor', async () => {
    const steps: readonly Step[] = [
      ['[xai]: ', '\r'],
      ['2. Model, by number or name [', '\r'],
      ['not shown: ', '\r'],
    ];
    const [shown, status] = await typeInto(steps, { XAI_API_KEY: `sk-test-${'x'.repeat(20)}` });
    expect([shown, status]).toEqual([expect.stringContaining('XAI_API_KEY has a key for xai'), 0]);
    expect(shown).toContain('press Enter to use the one in XAI_API_KEY');
    expect(readFileSync(configFile(), 'utf8')).toMatch(/^main: xai\/\S+$/m);
  });

  it('asks again for an invalid name, and says so where there is no key', async () => {
    const steps: readonly Step[] = [
      ['[deepseek]: ', 'deepsek\r'],
      ['did you mean deepseek?', ''],
      ['[deepseek]: ', 'deepseek\r'],
      ['2. Model, by number or name [', 'deepseek/deepseek-chat\r'],
      ['not shown: ', '\r'],
    ];
    const [shown, status] = await typeInto(steps);
    expect([shown, status]).toEqual([
      expect.stringContaining('no model can be asked before there is a key'),
      0,
    ]);
    expect(readFileSync(configFile(), 'utf8')).toMatch(/^main: deepseek\/deepseek-chat$/m);
  });

  it('says how a login of one’s own stays in use, where there is no key for its vendor', async () => {
    const steps: readonly Step[] = [
      ['[deepseek]: ', 'anthropic\r'],
      ['2. Model, by number or name [', '\r'],
      ['not shown: ', '\r'],
    ];
    const [shown, status] = await typeInto(steps);
    expect([shown, status]).toEqual([expect.stringContaining('Claude Code'), 0]);
    expect(shown).toMatch(
      /a subscription in Claude Code.* needs no key here: .*connect claude --login chain/,
    );
  });

  it('asks for the part of the address that no variable names, and writes it', async () => {
    const steps: readonly Step[] = [
      ['[deepseek]: ', 'bedrock\r'],
      ['Its region, as in https://bedrock-runtime.{region}.amazonaws.com: ', 'US\r'],
      ['enter one word', ''],
      ['amazonaws.com: ', 'us-east-1\r'],
      ['2. Model, by number or name [', '\r'],
      ['not shown: ', '\r'],
    ];
    const [shown, status] = await typeInto(steps);
    expect([shown, status]).toEqual([expect.stringContaining('AWS_BEARER_TOKEN_BEDROCK'), 0]);
    expect(readFileSync(configFile(), 'utf8')).toMatch(
      /^main: bedrock\/anthropic\.[\s\S]*^providers:\n {2}bedrock:\n {4}region: us-east-1\n/m,
    );
    expect((await typeInto([], {}, ['config', 'check']))[0]).toContain('bedrock has no key');
  });

  it('takes a server of your own and its key, which is tried, stored, and shown nowhere', async () => {
    const provider = await startSimulatedProvider();
    const steps: readonly Step[] = [
      ['[deepseek]: ', `${provider.url}\r`],
      ['lists no models: it answered 401', ''],
      ['2. Model: ', 'sim/echo\r'],
      ['not shown: ', 'sk-sim-good+init\r'],
    ];
    const [shown, status] = await typeInto(steps);
    const [answer] = await typeInto([], {}, ['ask', '--json', 'hello']);
    await provider.close();
    expect([shown, status]).toEqual([
      expect.stringContaining('is stored, verified by a completion'),
      0,
    ]);
    expect(shown + readFileSync(configFile(), 'utf8')).not.toContain('sk-sim-good+init');
    expect(answer).toContain('"target": "own/sim/echo"');
  });

  it.each([
    ['at the first question', [['[deepseek]: ', '\x03']]],
    ['at the end of the input', [['[deepseek]: ', '\x04']]],
    [
      'at the key',
      [
        ['[deepseek]: ', '\r'],
        ['2. Model, by number or name [', '\r'],
        ['not shown: ', '\x03'],
      ],
    ],
    [
      'at the key by the end of the input',
      [
        ['[deepseek]: ', '\r'],
        ['2. Model, by number or name [', '\r'],
        ['not shown: ', '\x04'],
      ],
    ],
  ] as const)('leaves nothing behind when it is left %s', async (_name, steps) => {
    const [shown, status] = await typeInto(steps);
    expect([shown, status]).toEqual([expect.stringContaining('interrupted'), 130]);
    expect(existsSync(configFile())).toBe(false);
  });

  it('overwrites nothing', async () => {
    writeFileSync(configFile(), 'main: deepseek/deepseek-flash\n');
    const [shown, status] = await typeInto([]);
    expect([shown, status]).toEqual([
      expect.stringContaining('already exists and was not changed'),
      2,
    ]);
    expect(readFileSync(configFile(), 'utf8')).toBe('main: deepseek/deepseek-flash\n');
  });
});
