/** Measures streams: the time to the first event, and events/s that arrive one by one. */

import type { Socket } from 'node:net';
import type { Arena } from './arena.ts';
import type { Contender } from './contender.ts';
import { median } from './figures.ts';
import { Client, encodeRequest, runStreams } from './load.ts';
import { cpuTimeUs } from './machine.ts';
import { type Finding, formatNumber } from './report.ts';
import { compare, interleave, middle } from './rounds.ts';
import { verdict } from './speed.ts';
import { beginStream, endStream, writeEvent } from './upstream.ts';

/** After its first event a stream continues for this long. */
const restOfStreamMs = 2;

/** Uses one connection, one stream at a time; the clock stops at the first content event. */
export async function measureFirstEvent(arena: Arena): Promise<Finding> {
  arena.upstream.play((connection) => {
    beginStream(connection);
    writeEvent(connection, 'first');
    setTimeout(() => endStream(connection), restOfStreamMs);
  });
  const { rounds, batchMs } = arena.effort;
  for (const contender of arena.contenders) await timeFirstEvents(contender, batchMs / 2);
  const found = await interleave(arena.contenders, rounds, (contender) =>
    timeFirstEvents(contender, batchMs),
  );
  const ours = found.has('holdfast') ? middle(found, 'holdfast', (ms) => ms) : undefined;
  return {
    title: 'first event of a stream, one connection',
    rows: arena.contenders.map(({ name }) => ({
      who: name,
      figures: [`p50 ${formatNumber(middle(found, name, (ms) => ms))} ms`],
    })),
    verdicts: verdict('first event', ours, { unit: ' ms', goal: { atMost: 0.6 } }),
  };
}

async function timeFirstEvents(contender: Contender, forMs: number): Promise<number> {
  const client = new Client(contender.port);
  const request = encodeRequest(contender, 900, true);
  const times: number[] = [];
  let sentAt = 0;
  client.onBody = (bytes) => {
    if (bytes.includes('"first"')) times.push(performance.now() - sentAt);
  };
  for (const startedAt = performance.now(); performance.now() - startedAt < forMs; ) {
    sentAt = performance.now();
    await client.request(request);
  }
  client.close();
  return median(times);
}

interface EventBatch {
  readonly perSecond: number;
  readonly cpuUs: number;
}

/**
 * Uses 64 streams, one event under way on each: the provider writes the next when the load has
 * received the last, so that no two arrive in one read.
 */
export async function measureEvents(arena: Arena): Promise<Finding> {
  const contenders = arena.pick('direct', 'nginx', 'holdfast');
  const { rounds, batchMs } = arena.effort;
  for (const contender of contenders) await countEvents(arena, contender, batchMs / 2);
  const found = await interleave(contenders, rounds, (contender) =>
    countEvents(arena, contender, batchMs),
  );
  const rate = found.has('holdfast')
    ? middle(found, 'holdfast', ({ perSecond }) => perSecond)
    : undefined;
  const cpu = compare(found, ['holdfast', 'nginx'], (ours, theirs) => ours.cpuUs / theirs.cpuUs);
  const ofNginx = cpu === undefined ? [] : [`CPU of nginx ${formatNumber(cpu)} times`];
  return {
    title: 'events of about 200 bytes, one by one, 64 streams',
    rows: contenders.map(({ name }) => ({
      who: name,
      figures: [
        `${formatNumber(middle(found, name, ({ perSecond }) => perSecond))} events/s`,
        `CPU ${formatNumber(middle(found, name, ({ cpuUs }) => cpuUs))} µs`,
        ...(name === 'holdfast' ? ofNginx : []),
      ],
    })),
    verdicts: verdict('events/s', rate, { unit: '', goal: { atLeast: 30_000 } }),
  };
}

async function countEvents(arena: Arena, contender: Contender, forMs: number): Promise<EventBatch> {
  const connections: Socket[] = [];
  let count = 0;
  const [startedAt, cpuBefore] = [performance.now(), cpuTimeUs(contender.pid)];
  arena.upstream.play((connection) => {
    const id = String(connections.push(connection) - 1).padStart(4, '0');
    beginStream(connection);
    writeEvent(connection, `#${id}`);
  });
  const onBody = (bytes: Buffer): void => {
    const at = bytes.indexOf('"id":"#', 0, 'latin1');
    const id = bytes.toString('latin1', at + 7, at + 11);
    const connection = connections[Number(id)];
    if (at < 0 || connection === undefined) return;
    count += 1;
    if (performance.now() - startedAt < forMs) writeEvent(connection, `#${id}`);
    else endStream(connection);
  };
  await runStreams(contender, { count: 64, openOverMs: 0, onBody });
  const perSecond = (count / (performance.now() - startedAt)) * 1000;
  return { perSecond, cpuUs: (cpuTimeUs(contender.pid) - cpuBefore) / count };
}
