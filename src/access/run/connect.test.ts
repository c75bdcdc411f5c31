/** A server to which no connection comes about, beside one that answers (law 7). */

import { describe, expect, it } from 'vitest';
import {
  answered,
  type EngineStage,
  stageEngine,
  streamed,
} from '../../../test/fakes/engine-stage.ts';
import { ReferenceStore } from '../../../test/fakes/reference-store.ts';

import type { Mark } from '../../model/failure.ts';

const hosted = (name: string): object => ({
  base_url: `https://${name}.test/v1`,
  protocol: 'openai-chat',
  api_key: `sk-test-${name}`,
});
const providers = { one: hosted('one'), two: hosted('two') };
const both = { main: 'one/m', fallback_chain: ['two/m'], providers };
const hanging = {
  error: Object.assign(new Error('no connection within 10 s'), { code: 'ETIMEDOUT' }),
  delayMs: 10_000,
};

interface Hanging extends EngineStage {
  fix(): void;
  /** How long each request took, ms. */
  readonly took: number[];
  marks(): Promise<readonly Mark[]>;
}

/** `one` cannot be reached until it is mended. */
function stageHanging(config: object = both): Hanging {
  const store = new ReferenceStore();
  const stage = stageEngine(config, {}, store);
  let isMended = false;
  stage.host.upstream.answerBy(({ origin }) =>
    origin.includes('one') && !isMended ? hanging : answered,
  );
  stage.host.connectBy(() => (isMended ? {} : hanging));
  return {
    ...stage,
    took: [],
    marks: async () => (await store.readHealth()).marks,
    fix: () => {
      isMended = true;
    },
  };
}

async function askSerially(stage: Hanging, count: number, pauseMs: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    await stage.ask();
    stage.took.push(stage.lastRecord()?.durationMs ?? Number.NaN);
    await stage.host.advance(pauseMs);
  }
}

describe('a connection that hangs', () => {
  it('costs a serial caller 10 s three times, and then nothing while another target is free', async () => {
    const stage = stageHanging();
    await askSerially(stage, 40, 7000);
    expect(stage.took.slice(0, 3)).toEqual([10_000, 10_000, 10_000]);
    expect(stage.took.slice(3).filter((ms) => ms > 0)).toEqual([]);
    expect(stage.sent().filter((one) => one.startsWith('one'))).toHaveLength(3);
  });

  it('is marked for 10, 20, then 30 s, and each window is probed by one connection on which nothing is sent', async () => {
    const stage = stageHanging();
    const windows = new Map<number, number>();
    for (let n = 0; n < 200; n++) {
      await askSerially(stage, 1, 1000);
      for (const { since, until, cause, scope } of await stage.marks()) {
        expect({ cause, scope }).toEqual({
          cause: 'connect',
          scope: { origin: 'https://one.test' },
        });
        windows.set(since, until - since);
      }
    }
    expect([...windows.values()]).toEqual([10_000, 20_000, 30_000, 30_000, 30_000, 30_000]);
    expect(stage.host.tried).toEqual(new Array(5).fill('https://one.test'));
  });

  it('is used again with the second request after the server is back', async () => {
    const stage = stageHanging();
    await askSerially(stage, 4, 11_000);
    stage.fix();
    await stage.host.advance(60_000);
    await askSerially(stage, 2, 0);
    const by = stage.runtime.records().map(({ answeredBy }) => answeredBy);
    expect(by.slice(-2)).toEqual(['two/m', 'one/m']);
    expect(await stage.marks()).toEqual([]);
  });

  it('keeps a request from no other target at the same server, which hangs as well', async () => {
    const stage = stageHanging({ ...both, fallback_chain: ['one/n', 'one/o', 'two/m'] });
    await stage.ask();
    expect(stage.sent()).toEqual(['one one', 'two two']);
  });

  it('is asked by the request itself where nobody else is free', async () => {
    const stage = stageHanging({ main: 'one/m', providers });
    const pending = stage.begin({ body: { stream: true } });
    await stage.host.advance(45_000);
    stage.host.upstream.answerBy(() => streamed);
    await stage.host.advance(45_000);
    expect((await pending).status).toBe(200);
    expect(stage.host.tried).toEqual([]);
  });
});
