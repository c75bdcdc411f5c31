/** All faults at full length: what `npm run drill` shows, in every protocol. */

import { expect, it } from 'vitest';
import { type DrillOptions, drill } from '../../src/drill/drill.ts';
import { type DrillMode, drillFaults } from '../../src/drill/faults.ts';
import type { ProtocolName } from '../../src/model/protocol.ts';

const protocols: readonly ProtocolName[] = [
  'openai-chat',
  'openai-responses',
  'anthropic-messages',
];
const pairs = protocols.flatMap((asked) =>
  protocols.flatMap((spoken) => (asked === spoken ? [] : [[asked, spoken] as const])),
);
/** What the defaults of a newcomer cannot know: that a model does not think. */
const slowFirstToken = {
  mode: 'streamed',
  id: '7',
  complaints: ['the first word came after 20.0 s, later than 15 s'],
};
/** The same two providers, of which it is said that they do not think. */
const hosted = (name: string): object => ({
  base_url: `https://${name}.example/v1`,
  protocol: 'openai-chat',
  api_key: 'sk-sim-good',
  pace: 'quick',
  models: { model: { context_window: name === 'first' ? 8000 : 64_000 } },
});
const declared = {
  config: {
    main: 'first/model',
    fallback_chain: ['second/model'],
    providers: { first: hosted('first'), second: hosted('second') },
  },
};

const withTimeout = (name: string): object => ({
  base_url: `https://${name}.example/v1`,
  protocol: 'openai-chat',
  api_key: 'sk-sim-good',
  timeout: 30,
});
const impatient = {
  config: {
    main: 'first/model',
    fallback_chain: ['second/model'],
    providers: { first: withTimeout('first'), second: withTimeout('second') },
  },
};

/** Over within seconds. */
const quick = drillFaults
  .map(({ id }) => id)
  .filter((id) => !['6', '7', '9', '15', 'k1', 'k6'].includes(id));

async function listMissed(
  {
    asked,
    spoken,
    isDefault = true,
  }: { asked: ProtocolName; spoken: ProtocolName; isDefault?: DrillOptions['isDefault'] },
  faults: readonly string[],
  modes: readonly DrillMode[] = ['streamed', 'whole'],
) {
  const report = await drill({
    isDefault,
    asked,
    spoken,
    faults,
    modes,
    timeScale: 1,
    onResult: () => undefined,
  });
  const known = drillFaults
    .filter(({ id }) => faults.includes(id))
    .flatMap((fault) => fault.modes.filter((mode) => modes.includes(mode)));
  expect(report.results).toHaveLength(known.length);
  return report.results
    .filter(({ verdict }) => verdict !== 'pass')
    .map(({ mode, fault, complaints }) => ({
      mode,
      id: fault.id,
      complaints: complaints.map((text) =>
        text.replace(/\d+\.\d s,/, (time) => `${fiveSecondsOf(Number.parseFloat(time))}.0 s,`),
      ),
    }));
}

/** The five seconds in which it came: on a busy machine all comes a second later. */
function fiveSecondsOf(seconds: number): number {
  return Math.floor((seconds + 0.5) / 5) * 5;
}

// They mostly wait: side by side.
const all = drillFaults.map(({ id }) => id);
/**
 * By default a whole answer is given 300 s where another target is free
 * (src/access/run/silence.test.ts, on a fake clock).
 */
const slowWhole = ['6', '9'];
const wholeQuick = all.filter((id) => !slowWhole.includes(id));

it.concurrent.each(protocols)(
  'passes all but the slow first token with the defaults of a newcomer, in %s',
  async (asked) => {
    expect(await listMissed({ asked, spoken: asked }, all, ['streamed'])).toEqual([slowFirstToken]);
  },
);

it.concurrent.each(protocols)(
  'passes all streamed where it is said that nobody thinks, in %s',
  async (asked) => {
    expect(
      await listMissed({ asked, spoken: asked, isDefault: declared }, all, ['streamed']),
    ).toEqual([]);
  },
);

it.concurrent.each(protocols)('passes what is not streamed, in %s', async (asked) => {
  expect(await listMissed({ asked, spoken: asked }, wholeQuick, ['whole'])).toEqual([]);
});

it.concurrent('passes what never comes whole with the one line `timeout: 30`', async () => {
  const asked = 'openai-chat';
  expect(
    await listMissed({ asked, spoken: asked, isDefault: impatient }, slowWhole, ['whole']),
  ).toEqual([]);
});

it.concurrent.each(pairs)(
  'passes every quick fault in %s, of providers that speak %s',
  async (asked, spoken) => {
    expect(await listMissed({ asked, spoken }, quick)).toEqual([]);
  },
);
