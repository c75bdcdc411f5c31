/**
 * Whatever is mistyped in a configuration: each line that doctor prints takes its problem away and
 * adds none, and the line that a refused command prints works.
 */

import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { CommandStage, type Printed } from '../fakes/command-stage.ts';
import { refuseConnection, splitWords } from './play.ts';

const server = (name: string): object => ({
  base_url: `https://${name}.test/v1`,
  protocol: 'openai-chat',
  api_key: `sk-test-${name}`,
  selection: 'round-robin',
  limits: { idle: 30 },
});

const good = {
  main: 'acme/big',
  fallback_chain: ['borealis/big'],
  max_wait: 20,
  auxiliary: { title_generation: { provider: 'acme', model: 'big', timeout: 9 } },
  gateway: { port: 4700, drain_timeout: 3 },
  aliases: { 'gpt-*': 'main' },
  prices: { 'acme/big': { input: 1, output: 2 } },
  budget: { usd: 3, per: 'day' },
  providers: { acme: server('acme'), borealis: server('borealis') },
};

type Change = (text: string) => string;

/** What a hand slips on: a letter too few, too many, or another one. */
const slips: readonly ((word: string, at: number) => string)[] = [
  (word, at) => word.slice(0, at) + word.slice(at + 1),
  (word, at) => word.slice(0, at) + word.charAt(at) + word.slice(at),
  (word, at) => `${word.slice(0, at)}x${word.slice(at + 1)}`,
];
/** Words of the schema, names of providers, and possible values. */
const words = [...JSON.stringify(good).matchAll(/[a-z_-]{4,}/g)].map(([word]) => word);
const mistyped: fc.Arbitrary<Change> = fc
  .record({
    word: fc.constantFrom(...new Set(words)),
    slip: fc.constantFrom(...slips),
    at: fc.nat(20),
    nth: fc.nat(3),
  })
  .map(({ word, slip, at, nth }) => (text) => {
    const places = [...text.matchAll(new RegExp(`(?<![\\w-])${word}(?![\\w-])`, 'g'))];
    const place = places[nth % Math.max(1, places.length)];
    if (place === undefined) return text;
    const wrong = slip(word, 1 + (at % (word.length - 1)));
    return text.slice(0, place.index) + wrong + text.slice(place.index + word.length);
  });
const lacking: fc.Arbitrary<Change> = fc
  .constantFrom('"protocol":"openai-chat",', '"selection":"round-robin",', '"per":"day"')
  .map((part) => (text) => text.replace(part, '').replace(',}', '}'));

/** The words and the forms that other programs have for the same. */
const otherwise: fc.Arbitrary<Change> = fc
  .constantFrom(
    ['"base_url":', '"url":'],
    ['"protocol":', '"type":'],
    ['"selection":', '"strategy":'],
    ['"fallback_chain":', '"fallbacks":'],
    ['"input":1,"output":2', '"prompt":1,"completion":2'],
    ['"idle":30', '"idle":"30s"'],
    ['"port":4700', '"port":"4700"'],
    ['"max_wait":20', '"max_wait":"20 seconds"'],
    ['["borealis/big"]', '"borealis/big"'],
    ['"acme/big"', '"acme:big"'],
    ['"acme/big"', '{"acme":"big"}'],
    ['{"usd":3,"per":"day"}', '"$3/day"'],
    ['"per":', '"every":'],
    ['"openai-chat"', '"openai"'],
    ['https://acme', 'acme'],
    ['{"gpt-*":"main"}', '[{"gpt-*":"main"}]'],
  )
  .map(
    ([from = '', to = '']) =>
      (text) =>
        text.replace(from, to),
  );

const changes = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: mistyped },
    { weight: 3, arbitrary: otherwise },
    { weight: 1, arbitrary: lacking },
  ),
  { minLength: 1, maxLength: 2 },
);

async function paste(stage: CommandStage, line: string): Promise<readonly Printed[]> {
  const printed: Printed[] = [];
  for (const command of line.split(' && '))
    printed.push(await stage.run(splitWords(command).slice(1)));
  return printed;
}

interface Told {
  /** Without the place, which moves. */
  readonly what: string;
  readonly line: string | undefined;
}

function readTroubles(out: string): readonly Told[] {
  return out
    .split(/\n(?=[✗?–])/)
    .filter((part) => part.startsWith('✗'))
    .map((part) => ({
      what: part.split('\n')[0]?.replaceAll(/:\d+/g, '') ?? '',
      line: /\n {2}→ [^:]*: (holdfast .+)/.exec(part)?.[1],
    }));
}

// Commands load their parts on demand, in real time, while the fake clock runs on.
beforeAll(async () => {
  await import('../../src/cli/commands/config.ts');
  await import('../../src/cli/commands/doctor.ts');
  await import('../../src/cli/doctor/doctor-checks.ts');
});

describe('a configuration in which something is mistyped', () => {
  it('is mended by each line that doctor prints', async () => {
    const stage = new CommandStage();
    stage.host.upstream.answerBy(({ origin }) =>
      origin.endsWith('.test') ? { chunks: ['{"data":[{"id":"big"}]}'] } : refuseConnection,
    );
    let pasted = 0;
    try {
      await fc.assert(
        fc.asyncProperty(changes, async (slipped) => {
          const text = slipped.reduce((whole, change) => change(whole), JSON.stringify(good));
          stage.write('config.yaml', text);
          const before = readTroubles((await stage.run(['doctor'])).out);
          for (const { what, line } of before) {
            if (line === undefined || !line.includes('config ')) continue;
            pasted += 1;
            stage.write('config.yaml', text);
            const printed = await paste(stage, line);
            expect(
              printed.map(({ status }) => status),
              line,
            ).toEqual(printed.map(() => 0));
            const after = readTroubles((await stage.run(['doctor'])).out).map((one) => one.what);
            expect(after, line).not.toContain(what);
            const known = before.map((one) => one.what);
            expect(
              after.filter((one) => one.includes('config.yaml') && !known.includes(one)),
              line,
            ).toEqual([]);
          }
        }),
        { numRuns: 80, seed: 25 },
      );
    } finally {
      stage.clear();
    }
    expect(pasted).toBeGreaterThan(20);
  }, 120_000);
});

describe('a refused `config set`', () => {
  it('prints the line that sets both values', async () => {
    const stage = new CommandStage();
    stage.write(
      'config.yaml',
      `main: acme/big\nproviders: {acme: ${JSON.stringify(server('acme'))}}\n`,
    );
    const refused = await stage.run([
      'config',
      'set',
      'providers.own.base_url',
      'http://own.test/v1',
    ]);
    expect(refused.status).toBe(3);
    const line = /: (holdfast config set .+)/.exec(refused.talk)?.[1] ?? '';
    expect((await paste(stage, line)).map(({ status }) => status)).toEqual([0]);
    expect(stage.read('config.yaml')).toContain('http://own.test/v1');
    stage.clear();
  });

  it.each([
    ['main', '-'],
    ['providers.acme.base_url', '-'],
    ['gateway.port', '-'],
    ['providers.acme.protocol', '0123456789abcdef0123456789abcdef'],
  ])('of %s never quotes what was given as a secret', async (key, value) => {
    const stage = new CommandStage();
    const text = `main: acme/big\nproviders: {acme: ${JSON.stringify(server('acme'))}}\n`;
    stage.write('config.yaml', text);
    const secret = value === '-' ? 'correct horse/battery' : value;
    const refused = await stage.run(['config', 'set', key, value], `${secret}\n`);
    expect(refused.status).toBeGreaterThan(0);
    expect(`${refused.out}${refused.talk}`).not.toContain(secret);
    expect(stage.read('config.yaml')).toBe(text);
    stage.clear();
  });
});
