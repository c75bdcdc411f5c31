/**
 * What an account keeps or encrypts stays with it (docs/protocols.md): two accounts of one provider
 * and a second provider, over real sockets.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createNodeHost } from '../../src/host/node-host.ts';
import { createRuntime, type Runtime } from '../../src/runtime.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/sim/index.ts';
import { ask, type Caller } from './harness.ts';
import { openaiResponses } from './protocol-cases.ts';

let sim: SimulatedProvider;
beforeAll(async () => {
  sim = await startSimulatedProvider();
});
beforeEach(() => sim.reset());
afterAll(() => sim.close());

interface Scene {
  /** Keys of the provider's two credentials, each an account of its own. */
  readonly first?: string;
  readonly second?: string;
  /** A second provider behind it. Default: none. */
  readonly hasSpare?: boolean;
}

function configOf({ first = 'sk-sim-good+1', second = 'sk-sim-good+2', hasSpare = false }: Scene) {
  const server = { base_url: sim.url, protocol: 'openai-responses', pace: 'quick' };
  const origin = sim.url.replace('127.0.0.1', 'localhost');
  const spare = { ...server, base_url: origin, api_key: 'sk-sim-good+spare' };
  const credentials = [
    { label: 'first', api_key: first },
    { label: 'second', api_key: second },
  ];
  return {
    main: { provider: 'one', model: 'sim/thinking' },
    ...(hasSpare ? { fallback_chain: [{ provider: 'two', model: 'sim/plain' }] } : {}),
    providers: { one: { ...server, credentials }, ...(hasSpare ? { two: spare } : {}) },
  };
}

async function respond(runtime: Runtime, body: object = {}, caller: Caller = {}) {
  sim.clearLog();
  const answer = await ask(runtime, body, { ...caller, tongue: openaiResponses });
  const asked = sim.log().map(({ keyFingerprint }) => keyFingerprint);
  const record = runtime.records().at(-1);
  return { ...answer, json: JSON.parse(answer.text), asked, record };
}

/** The caller that may only ask this credential, so that the answer is its. */
function by(runtime: Runtime, label: string): Caller {
  const found = runtime
    .config()
    .pools.get('one')
    ?.find((credential) => credential.label === label);
  return found === undefined ? {} : { onlyCredential: found.id };
}

async function play(scene: Scene, work: (runtime: Runtime) => Promise<void>): Promise<void> {
  const runtime = createRuntime({ config: configOf(scene) });
  await work(runtime);
  await runtime.close();
}

/** Two processes after one another on one state file; the first is closed by `work`. */
async function playTwice(
  one: Scene,
  other: Scene,
  work: (before: Runtime, after: Runtime) => Promise<void>,
): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'holdfast-bound-'));
  const host = createNodeHost({ HOLDFAST_HOME: home });
  const start = (scene: Scene): Runtime =>
    createRuntime({ host, store: 'in-place', config: configOf(scene) });
  const after = start(other);
  await work(start(one), after);
  await after.close();
  await host.close();
  rmSync(home, { recursive: true });
}

const sealed = { store: false, include: ['reasoning.encrypted_content'] };

describe('a request that names what an account keeps', () => {
  it.each(['previous_response_id', 'item_reference', 'untyped item_reference', 'conversation'])(
    'goes to that account alone, though another comes first: %s',
    (kind) =>
      play({}, async (runtime) => {
        const conversation = 'conv_kept';
        const made = await respond(runtime, { conversation }, by(runtime, 'second'));
        const requests: Readonly<Record<string, object>> = {
          previous_response_id: { previous_response_id: made.json.id },
          item_reference: { input: [{ type: 'item_reference', id: made.json.output[1].id }] },
          'untyped item_reference': { input: [{ id: made.json.output[1].id }] },
          conversation: { conversation },
        };
        const usual = await respond(runtime);
        const next = await respond(runtime, requests[kind]);
        expect([usual.status, next.status]).toEqual([200, 200]);
        expect(usual.asked).not.toEqual(made.asked);
        expect(next.asked).toEqual(made.asked);
        expect(next.record?.skipped).toMatchObject([
          {
            cause: 'bound-to-account',
            reason: expect.stringContaining(kind.replace('untyped ', '')),
          },
        ]);
      }),
  );

  it('is asked of nobody else when that account fails: 400 says which id ties it to which account', () =>
    playTwice({}, { second: 'sk-sim-broke', hasSpare: true }, async (before, after) => {
      const made = await respond(before, {}, by(before, 'second'));
      await before.close();
      const next = await respond(after, { previous_response_id: made.json.id });
      expect(next.record?.attempts.map(({ failure }) => failure?.class)).toEqual(['billing']);
      expect([next.status, next.headers['x-should-retry']]).toEqual([400, 'false']);
      const { message, holdfast } = next.json.error;
      expect(message).toContain(
        `previous_response_id "${made.json.id}" ties the request to the account`,
      );
      expect(message).toContain('To fix: make that account available again');
      expect(holdfast.candidates.map(({ cause }: { cause: string }) => cause)).toEqual([
        'billing',
        'bound-to-account',
        'bound-to-account',
      ]);
      const again = await respond(after, { previous_response_id: made.json.id });
      expect([again.status, again.asked]).toEqual([400, []]);
    }));

  it('stays with a credential whose secret was replaced', () =>
    playTwice({}, { second: 'sk-sim-good+3' }, async (before, after) => {
      const made = await respond(before, {}, by(before, 'second'));
      await before.close();
      const next = await respond(after, { previous_response_id: made.json.id });
      expect(next.record?.skipped).toMatchObject([{ cause: 'bound-to-account' }]);
      expect(next.json.error).toMatchObject({ code: 'previous_response_not_found' });
    }));

  it('is known for bound by the next process, and streamed answers bind as well', () =>
    playTwice({}, {}, async (before, after) => {
      const only = by(before, 'second');
      const { text } = await ask(before, { stream: true }, { ...only, tongue: openaiResponses });
      await before.close();
      const id = /"id":"(resp_[0-9a-f]+)"/.exec(text)?.[1];
      const next = await respond(after, { previous_response_id: id });
      expect(next.status).toBe(200);
      expect(next.record?.skipped).toMatchObject([{ cause: 'bound-to-account' }]);
    }));

  it('is tried where nobody knows who made it, and is bound once it was answered', () =>
    play({}, async (runtime) => {
      const foreign = await fetch(`${sim.url}/responses`, {
        method: 'POST',
        headers: { authorization: 'Bearer sk-sim-good+1' },
        body: JSON.stringify({ model: 'sim/plain', input: 'hello' }),
      });
      const { id } = JSON.parse(await foreign.text());
      expect((await respond(runtime, { previous_response_id: id })).record?.skipped).toMatchObject([
        { cause: 'not-needed' },
      ]);
      expect((await respond(runtime, { previous_response_id: id })).record?.skipped).toMatchObject([
        { cause: 'bound-to-account' },
      ]);
    }));
});

describe('encrypted reasoning', () => {
  const talk = (output: readonly object[]): object => ({
    ...sealed,
    input: [{ role: 'user', content: 'hello' }, ...output, { role: 'user', content: 'go on' }],
  });

  it('goes back to the account that encrypted it', () =>
    play({}, async (runtime) => {
      const { json } = await respond(runtime, sealed, by(runtime, 'first'));
      const next = await respond(runtime, talk(json.output));
      expect([next.status, next.record?.notes]).toEqual([200, []]);
    }));

  it.each<[string, Scene]>([
    ['another account', { first: 'sk-sim-spent-1' }],
    ['another provider', { first: 'sk-sim-spent-1', second: 'sk-sim-broke', hasSpare: true }],
  ])('is left out, and the record says so, when %s takes over', (_name, scene) =>
    play(scene, async (runtime) => {
      const { json } = await respond(runtime, sealed, by(runtime, 'first'));
      expect(json.output[0].encrypted_content).toMatch(/^gAAAA/);
      const next = await respond(runtime, talk(json.output));
      expect(next.status).toBe(200);
      expect(next.record?.notes).toContain(
        'asked without a piece of reasoning that another account sealed',
      );
    }),
  );

  it('that nobody is known to have made is kept for the first who is asked, and left out for the next', () =>
    play({ first: 'sk-sim-broke' }, async (runtime) => {
      const foreign = { type: 'reasoning', summary: [], encrypted_content: 'gAAAA-from-elsewhere' };
      const next = await respond(runtime, talk([foreign]));
      expect(next.status).toBe(200);
      expect(next.record?.attempts.map(({ status }) => status)).toEqual([402, undefined]);
      expect(next.record?.notes).toEqual([
        'the conversation moved from first to second',
        'asked without a piece of reasoning that another account sealed',
      ]);
    }));

  it('that an account refuses is left out at the second try', () =>
    play({}, async (runtime) => {
      const foreign = { type: 'reasoning', summary: [], encrypted_content: 'gAAAA-from-elsewhere' };
      const next = await respond(runtime, talk([foreign]));
      expect(next.status).toBe(200);
      expect(next.record?.attempts.map(({ failure }) => failure?.class)).toEqual([
        'foreign-history',
        undefined,
      ]);
      expect(next.record?.notes).toEqual(['asked with its history repaired']);
    }));
});
