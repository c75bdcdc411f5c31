/**
 * A public crash-test for gateways, whole, on the fake clock: nothing tuned and tuned, hosted and
 * on loopback, streamed and not. What a row misses is said by name, with why.
 */

import { describe, expect, it } from 'vitest';
import { scenes } from './crash-scenes.ts';
import { playScene, type Setting, type Verdict } from './crash-test.ts';

const hosted = 'https://crash.test/v1';
const loopback = 'http://127.0.0.1:8080/v1';

type Missed = Pick<Verdict, 'grade' | 'missed'>;
/**
 * The limit of a pace that may think is longer than the 15 s that are advised: a slow first token
 * is no fault.
 */
const waitsForTheFirstToken: Missed = { grade: 'partial', missed: ['answered within 15 s'] };
/**
 * Nobody knows the limit of this client, and a whole answer, or a local server, may rightly take
 * this long.
 */
const waitsForSilence: Missed = { grade: 'fail', missed: ['over within 100 s'] };

interface Row extends Setting {
  /** By the number of the scene; all others pass. */
  readonly missed: Readonly<Record<string, Missed>>;
}

const rows: Readonly<Record<string, Row>> = {
  'hosted, streamed, nothing tuned': {
    stream: true,
    baseUrl: hosted,
    missed: { S07: waitsForTheFirstToken },
  },
  'hosted, whole, nothing tuned': {
    stream: false,
    baseUrl: hosted,
    missed: { S06: waitsForSilence, S07: waitsForTheFirstToken },
  },
  'hosted, whole, by a client that says its limit': {
    stream: false,
    baseUrl: hosted,
    headers: { 'x-stainless-timeout': '45' },
    missed: { S07: waitsForTheFirstToken },
  },
  'on loopback, streamed, nothing tuned': {
    stream: true,
    baseUrl: loopback,
    missed: { S06: waitsForSilence, S07: waitsForTheFirstToken },
  },
  'hosted, streamed, quick': {
    stream: true,
    baseUrl: hosted,
    tuned: { pace: 'quick' },
    missed: {},
  },
  'on loopback, streamed, quick': {
    stream: true,
    baseUrl: loopback,
    tuned: { pace: 'quick' },
    missed: {},
  },
};

const passed: Missed = { grade: 'pass', missed: [] };

describe.each(Object.entries(rows))('the crash-test, %s', (_name, { missed, ...setting }) => {
  it.each(Object.entries(scenes))('%s', async (name, scene) => {
    const { unasked, ...verdict } = await playScene(scene, setting);
    expect(verdict).toEqual(missed[name.slice(0, 3)] ?? passed);
    expect(unasked, 'a fallback was free and nobody asked it').toBe(false);
  });
});
