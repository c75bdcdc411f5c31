/**
 * Beside the gateway of a home: a second one, callers that it refuses, an agent's own key in the
 * shell, and a variable that names another gateway. Over real processes.
 */

import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Stage } from '../../examples/stage.ts';

let provider: Server;
let stage: Stage;
let gateway = '';

async function say(line: string, variables: Readonly<Record<string, string>> = {}) {
  let talk = '';
  const onTalk = (text: string): void => {
    talk += text;
  };
  const { status, output } = await stage.paste(line, variables, { onTalk });
  return { status, text: `${talk}${output}` };
}

const askWith = async (key: string): Promise<string> => {
  const response = await fetch(`${gateway}/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'main', messages: [{ role: 'user', content: 'hi' }] }),
  });
  return response.text();
};

beforeAll(async () => {
  provider = createServer((_request, response) => response.end('{"data":[]}'));
  await new Promise<void>((done) => provider.listen(0, '127.0.0.1', done));
  const address = provider.address();
  const port = typeof address === 'object' ? address?.port : 0;
  stage = new Stage();
  const own = `{base_url: "http://127.0.0.1:${port}/v1", protocol: openai-chat, api_key: sk-test-a}`;
  stage.write('config.yaml', `main: own/big\nproviders: {own: ${own}}\n`);
  gateway = await stage.startGateway();
}, 30_000);
afterAll(async () => {
  await stage.clear();
  provider.close();
});

describe('beside the gateway of a home', { timeout: 60_000 }, () => {
  it('a variable that names no gateway, or none of this home, is named as the cause', async () => {
    const nothing = await say('holdfast why', { HOLDFAST_URL: 'http://127.0.0.1:9' });
    expect(nothing.text).toContain(
      'no gateway answers at http://127.0.0.1:9 (named by HOLDFAST_URL)',
    );
    const line = /: (unset HOLDFAST_URL)$/m.exec(nothing.text)?.[1];
    expect((await say(`${line} && holdfast doctor`)).status).toBe(0);
    const { port } = new URL(gateway);
    const other = await say('holdfast doctor', {
      HOLDFAST_URL: `http://127.0.0.1:${port}`,
      HOLDFAST_HOME: `${stage.home}/other`,
    });
    expect(other.text).toContain('(named by HOLDFAST_URL) is not of this home');
  });

  it("an agent's own key is told whose it looks like, and counted", async () => {
    const refused = await askWith(`sk-proj-${'x'.repeat(30)}`);
    expect(refused).toContain('it looks like a key of openai');
    expect((await say('holdfast why')).text).toContain('it looks like a key of openai');
    const shell = { OPENAI_BASE_URL: gateway, OPENAI_API_KEY: 'sk-proj-of-the-vendor' };
    const { status, text } = await say('holdfast doctor', shell);
    expect(status).toBe(1);
    expect(text).toContain('OPENAI_BASE_URL points at this gateway, and OPENAI_API_KEY is not one');
    expect(text).toMatch(/1 request of callers refused \(gateway-key-wrong\)/);
    const line = /: (export OPENAI_API_KEY=.+)$/m.exec(text)?.[1];
    expect((await say(`${line} && holdfast doctor`, shell)).status).toBe(0);
  });

  it('a caller over its budget is counted, and told the line that raises it', async () => {
    const made = await say('holdfast key add codex --budget 1tokens/day --json');
    const key = /hf_[\w-]+/.exec(made.text)?.[0] ?? '';
    expect(await askWith(key)).toContain('too small');
    expect((await say('holdfast why --failed')).text).toMatch(/1 × budget/);
    const line = /To fix: raise it: (.+)$/m.exec((await say('holdfast why')).text)?.[1] ?? '';
    expect((await say(line)).status).toBe(0);
    expect(await askWith(key)).not.toContain('too small');
  });

  it('a second one is said when it starts and by doctor, and the first is found after its end', async () => {
    const second = await stage.startGateway();
    expect(stage.said).toContain(`another gateway of this home runs at ${gateway.slice(0, -3)}`);
    const both = await say('holdfast doctor');
    expect(both.text).toContain('two gateways of this home run');
    expect(both.text).toContain(second.slice(0, -3));
    const pid = /\(pid (\d+)\) and at/.exec(both.text)?.[1];
    process.kill(Number(pid), 'SIGTERM');
    await expect
      .poll(async () => (await say('holdfast doctor')).text, { timeout: 20_000 })
      .toContain(`the gateway at ${gateway.slice(0, -3)}`);
  });
});
