/**
 * A sentence asserts no more than its evidence carries: whatever an answer says in words that no
 * rule knows, nothing that we tell of it in our own words names a key, money, a model, an overload,
 * a region or the network, unless its words or its code speak of that.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { receivedAt } from '../../../scripts/lib/failure-corpus.ts';
import { classify } from '../../../test/fakes/classify.ts';
import { answered, refused, stageEngine } from '../../../test/fakes/engine-stage.ts';
import { judgeRoutes } from '../../explain/doctor/judge-routes.ts';
import { createStory, describeStory } from '../../explain/why/story.ts';
import { rowOfClass } from '../../failures/classes.ts';
import type { Failure } from '../../model/failure.ts';
import { fixKey } from '../report/standing-fixes.ts';
import { describeSpeaker } from './speakers.ts';

/** What our words assert, and what words of an answer carry it. */
const topics: Readonly<Record<string, readonly [asserted: RegExp, carried: RegExp]>> = {
  key: [
    /\b(key|token|credential)s?\b/i,
    /key|token|credential|jwt|scope|permission|role|account|organi|workspace|project|team|user|plan|subscription|auth/i,
  ],
  money: [
    /\b(money|credit|pay|paid|quota|spend|bill)/i,
    /pay|credit|balance|bill|fund|quota|limit|plan|budget|invoice|spend|subscription|allowance/i,
  ],
  model: [/\bmodels?\b/i, /model|deployment|function|engine|endpoint/i],
  overload: [/\b(overload|capacity)/i, /overload|capacity|busy|demand|load|traffic|queue/i],
  region: [/\b(region|country)\b/i, /region|countr|territor|location/i],
  network: [
    /\b(network|firewall|proxy|filter)\b/i,
    /\bip\b|network|address|firewall|captcha|cloudflare|host|proxy|connect|tunnel/i,
  ],
};

const subjects = [
  'The endpoint',
  'Tenant acme-7',
  'Your workspace',
  'The request',
  'This deployment',
  'Session 17',
  'Feature preview-x',
  'Partition eu',
  'The backend',
  'Your plan',
  'The model',
  'This region',
  'The API key',
  'Access',
  'Contract',
  'Zugriff',
  'O servidor',
  '服务',
];
const verbs = [
  'is paused',
  'is not synchronised',
  'was archived',
  'was declined',
  'is closed for today',
  'is not permitted',
  'needs a review',
  'does not match',
  'has ended',
  'is not ready for that',
  'was moved',
  'verweigert',
  'não disponível',
  '不可用',
];
const tails = ['', ', try later', ' (code 17)', ' by an administrator', '; ask its owner', '!'];

const sentence = fc
  .tuple(fc.constantFrom(...subjects), fc.constantFrom(...verbs), fc.constantFrom(...tails))
  .map((parts) => `${parts[0]} ${parts[1]}${parts[2]}`);

/** The errors of each protocol, of a plain server, and of a gateway that names its upstream. */
const shapes: Readonly<Record<string, (message: string, status: number) => string>> = {
  openai: (message) => JSON.stringify({ error: { message, type: 'x', param: null, code: null } }),
  anthropic: (message) => JSON.stringify({ type: 'error', error: { type: 'x', message } }),
  google: (message, code) => JSON.stringify({ error: { code, message, status: 'ABORTED' } }),
  detail: (detail) => JSON.stringify({ detail }),
  text: (message) => message,
  upstream: (message, code) =>
    JSON.stringify({ provider: 'Chutes', error: { message, code: `${code}` } }),
};

const answers = fc.record({
  message: sentence,
  status: fc.integer({ min: 400, max: 599 }),
  shape: fc.constantFrom(...Object.keys(shapes)),
  vendor: fc.constantFrom(undefined, 'openai', 'anthropic', 'gemini', 'openrouter', 'deepseek'),
  isProven: fc.boolean(),
});

/** Our own words: without what we quote, and without a condition and what follows from it. */
function ownWords(told: string): string {
  return told
    .replaceAll(/"[^"]*"/g, '')
    .replaceAll(/\b\d{3} \([A-Z][\w ]*\)/g, '') // the name that the standard gives the status
    .replaceAll(/\bif (its words are|it is) about (.*?; otherwise|.*$)/g, '');
}

function assertedBeyond(told: string, evidence: string): readonly string[] {
  return Object.keys(topics).filter((topic) => {
    const [asserted, carried] = topics[topic] ?? [];
    return asserted?.test(ownWords(told)) === true && carried?.test(evidence) === false;
  });
}

/** What `why` and `doctor` say of such a failure, and what is to be done. */
function tell({ class: cause, speaker, message: evidence }: Failure): readonly string[] {
  const happened = describeSpeaker(speaker) ?? rowOfClass(cause).phrases.happened;
  const fix = fixKey({ provider: 'acme', state: 'out', cause, evidence, speaker });
  return [happened, fix?.text ?? ''];
}

describe('an answer in words that no rule knows', () => {
  it('is told with nothing that neither its words nor its code speak of', () => {
    fc.assert(
      fc.property(answers, ({ shape, message, status, ...said }) => {
        const body = shapes[shape]?.(message, status) ?? '';
        const failure = classify({ ...said, status, body, now: Date.parse(receivedAt) });
        // what a gateway repeats is its upstream's, which its shape shows
        const { rule } = failure.evidence;
        const documented = rule.startsWith('any-') ? '' : 'balance'; // a status with a meaning of its vendor's own
        const evidence = `${message} ${documented} ${shape === 'upstream' ? 'key money model' : ''}`;
        for (const told of tell(failure)) {
          const name = `${status} ${body} (${failure.class}, ${failure.evidence.rule}): ${told}`;
          expect(assertedBeyond(told, evidence), name).toEqual([]);
        }
      }),
      { numRuns: 4000, seed: 7 },
    );
  });

  it.each([400, 401, 402, 403, 409, 410, 418, 429, 500, 503, 529])(
    'with %i is told alike by the error, why, explain and doctor',
    async (status) => {
      const scene = stageEngine({
        main: 'acme/m',
        fallback_chain: [],
        providers: {
          acme: {
            protocol: 'openai-chat',
            base_url: 'https://acme.test/v1',
            api_key: 'sk-test-a',
          },
        },
        max_wait: 1,
      });
      const message = 'Tenant 7 is not synchronised';
      scene.host.upstream.answerBy(() => ({
        status,
        chunks: [JSON.stringify({ error: { message } })],
      }));
      const { text } = await scene.ask();
      const record = scene.lastRecord();
      if (record === undefined) throw new Error('nothing was recorded');
      const now = scene.host.clock.now();
      const plan = await scene.runtime.plan({ signal: new AbortController().signal });
      const story = describeStory(record, createStory(record, now));
      const troubles = judgeRoutes(plan).map(({ what, fix }) => `${what} ${fix?.text ?? ''}`);
      expect(story).toContain(`"${message}"`);
      expect(text).toContain(message);
      expect(story).toContain(`answered ${status}`);
      for (const told of troubles) expect(told).toMatch(new RegExp(`${status}|otherwise`));
    },
  );
});

describe('a key whose provider refuses it in words that nobody knows', () => {
  const unclear = refused(401, { message: 'Tenant 7 is not synchronised' });
  const chat = { protocol: 'openai-chat' } as const;
  const many = {
    main: 'one/m',
    fallback_chain: ['two/m'],
    providers: {
      one: {
        ...chat,
        base_url: 'https://one.test/v1',
        credentials: ['a', 'b', 'c'].map((label) => ({ label, api_key: `sk-test-${label}` })),
      },
      two: { ...chat, base_url: 'https://two.test/v1', api_key: 'sk-test-spare' },
    },
  };

  it('is followed by the next key once, which is not marked, and then by the next target', async () => {
    const scene = stageEngine(many);
    scene.host.upstream.enqueue(unclear, unclear, answered, answered);
    expect((await scene.ask()).status).toBe(200);
    expect(scene.sent()).toEqual(['one a', 'one b', 'two spare']);
    expect((await scene.ask()).status).toBe(200);
    expect(scene.sent().slice(3)).toEqual(['one b']);
  });

  it('is followed by every key where nobody else is left', async () => {
    const scene = stageEngine({ ...many, fallback_chain: [] });
    scene.host.upstream.enqueue(unclear, unclear, answered);
    expect((await scene.ask()).status).toBe(200);
    expect(scene.sent()).toEqual(['one a', 'one b', 'one c']);
  });

  it('is followed by the rest of the keys after all other targets', async () => {
    const scene = stageEngine(many);
    const broken = refused(404, { message: 'no such path' });
    scene.host.upstream.enqueue(unclear, unclear, broken, answered);
    expect((await scene.ask()).status).toBe(200);
    expect(scene.sent()).toEqual(['one a', 'one b', 'two spare', 'one c']);
  });

  it('in words that leave the key open, too: its settings may differ', async () => {
    const scene = stageEngine(many);
    const policy = refused(403, { message: 'Policy 12 does not permit this' });
    scene.host.upstream.enqueue(policy, answered);
    expect((await scene.ask()).status).toBe(200);
    expect(scene.sent()).toEqual(['one a', 'one b']);
  });
});
