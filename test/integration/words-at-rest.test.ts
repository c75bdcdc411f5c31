/**
 * Nothing of a request comes to rest where a provider quotes it: state file, records, events and
 * spans, searched as they are written (law 2).
 */

import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createNodeFiles } from '../../src/host/node-files.ts';
import { spansOf } from '../../src/metrics/spans.ts';
import { createRuntime, type Runtime } from '../../src/runtime.ts';
import { createInPlaceStore } from '../../src/store/sqlite/in-place.ts';
import { makeFolder } from '../contracts/folder.ts';
import { createFakeHost, type FakeHost } from '../fakes/fake-host.ts';
import { findLeaks, privateConversation, quotingStep } from '../fakes/quoting-provider.ts';
import { Random } from '../simulation/random.ts';
import { ask } from './harness.ts';
import { tongues } from './protocol-cases.ts';

const requests = 120;

/**
 * A provider for each request, so that no mark of one keeps another from being asked; every fourth
 * has a spare.
 */
function configOf(): object {
  const providers = Object.fromEntries(
    Array.from({ length: requests }, (_, seed) => {
      const { protocol } = tongues[Math.floor(seed / 4) % tongues.length] ?? {};
      return [
        `p${seed}`,
        {
          base_url: `https://p${seed}.test/v1`,
          protocol,
          api_key: `sk-test-words-${seed}-at-rest`,
        },
      ];
    }),
  );
  const auxiliary = { title_generation: { provider: 'p1', model: 'm', fallback: 'none' } };
  return { main: 'p0/m', max_wait: 1, providers, auxiliary };
}

/** Asks, and moves the clock as far as the answer needs. */
async function askIn(host: FakeHost, asked: Promise<unknown>): Promise<void> {
  let isOver = false;
  const watched = asked.finally(() => {
    isOver = true;
  });
  await host.advance(0);
  while (!isOver) await host.advance(1000);
  await watched;
}

function readFiles(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)).toString())
    .join('\n');
}

async function play(runtime: Runtime, host: FakeHost): Promise<readonly string[]> {
  const all: string[] = [];
  for (let seed = 0; seed < requests; seed++) {
    const random = new Random(seed + 1);
    const { texts, messages } = privateConversation(random);
    all.push(...texts);
    const tongue = tongues[seed % tongues.length];
    const steps = Array.from({ length: 14 }, () => quotingStep(random, texts));
    host.upstream.answerBy(() => random.pick(steps));
    const model = seed % 10 === 9 ? 'title_generation' : `p${seed}/m`;
    const stream = random.chance(0.5);
    await askIn(
      host,
      ask(
        runtime,
        { model, stream, [tongue?.conversation ?? 'messages']: messages },
        tongue && { tongue },
      ),
    );
  }
  return all;
}

it('leaves no word of any request in what is written, kept or told', async () => {
  const folder = makeFolder();
  mkdirSync(join(folder.path, 'state'), { recursive: true });
  const host = createFakeHost();
  const disk = { ...host, files: createNodeFiles() };
  const store = createInPlaceStore(disk, join(folder.path, 'state', 'state.db'));
  const events: string[] = [];
  const onEvent = (event: object): number => events.push(JSON.stringify(event));
  const runtime = createRuntime({ host, config: configOf(), store, onEvent });
  const texts = await play(runtime, host);
  const records = runtime.records();
  const spans = records.flatMap((record) => spansOf(record, undefined));
  const whileOpen = readFiles(folder.path);
  await runtime.close();
  const written = [
    whileOpen,
    readFiles(folder.path),
    JSON.stringify(records),
    JSON.stringify(spans),
    ...events,
  ].join('\n');
  folder.remove();
  expect(records.length).toBeGreaterThan(requests * 0.9);
  expect(written).toContain('[your text]');
  expect(findLeaks(written, texts)).toEqual([]);
});
