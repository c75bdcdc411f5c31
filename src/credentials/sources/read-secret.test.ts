import { afterEach, describe, expect, it } from 'vitest';
import { createFakeHost, type UpstreamStep } from '../../../test/fakes/fake-host.ts';
import { ask } from '../../../test/integration/harness.ts';
import { createRuntime, type Runtime } from '../../runtime.ts';

const secret = `sk-test-${'0'.repeat(16)}`;
const answer: UpstreamStep = {
  headers: { 'content-type': 'application/json' },
  chunks: ['{"choices":[{"message":{"role":"assistant","content":"ok"},"finish_reason":"stop"}]}'],
};

let runtime: Runtime | undefined;
afterEach(async () => runtime?.close());

describe('reading a secret for a request', () => {
  const kinds: readonly { name: string; provider: string; stamps: number }[] = [
    { name: 'in the config', provider: `{api_key: ${secret}}`, stamps: 3 },
    { name: 'in .env', provider: `{api_key: "\${SECRET}"}`, stamps: 4 },
    { name: 'in a file', provider: '{credentials: [{file: key}]}', stamps: 4 },
    { name: 'printed by a command', provider: '{credentials: [{command: [vault]}]}', stamps: 3 },
  ];
  for (const { name, provider, stamps } of kinds) {
    it(`${name} costs ${stamps} stats and reads nothing that did not change`, async () => {
      const host = createFakeHost({
        environment: { HOLDFAST_HOME: '/h' },
        files: {
          '/h/config.yaml': `main: deepseek/x\nproviders:\n  deepseek: ${provider}\n`,
          '/h/.env': `SECRET=${secret}\n`,
          '/h/key': secret,
        },
      });
      host.programs.print(secret);
      host.upstream.enqueue(answer, answer);
      runtime = createRuntime({ host });
      const first = ask(runtime);
      await host.advance(0);
      await first;
      const before = { ...host.fileCalls };
      expect((await ask(runtime)).status).toBe(200);
      expect(host.fileCalls).toEqual({ stamps: before.stamps + stamps, reads: before.reads });
      expect(host.programs.runs.length).toBeLessThan(2);
    });
  }
});
