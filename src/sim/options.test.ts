/**
 * Options of `startSimulatedProvider()`: what would quietly do nothing is refused before anything
 * listens.
 */

import { expect, it } from 'vitest';
import { resolveSettings } from './options.ts';

it.each([
  ['an unknown option', { prot: 1 }, 'No option is called "prot". To fix: take one of host, port,'],
  ['a negative time scale', { timeScale: -1 }, 'timeScale is -1.'],
  ['a pace that is no number', { pace: Number.NaN }, 'pace is NaN.'],
  ['no slot at all', { slots: 0 }, 'slots is 0.'],
  ['a site that is no path', { sites: ['plan'] }, 'The site "plan" is not a path.'],
  ['a site with a slash at its end', { sites: ['/plan/'] }, 'The site "/plan/" is not a path.'],
  ['the path of its own controls', { sites: ['/sim'] }, 'The site "/sim" is not a path.'],
  [
    'a fault at a site that is not there',
    { sites: ['/plan'], faults: [{ site: '/paln', fault: 'sim/silent' }] },
    'A fault names the site "/paln", which sites does not.',
  ],
  ['an unknown fault', { faults: [{ fault: 'sim/nope' }] }, 'No fault is called "sim/nope".'],
])('refuses %s by name', (_name, options, message) => {
  expect(() => Reflect.apply(resolveSettings, undefined, [options])).toThrow(message);
});

it('takes undefined for what is left out', () => {
  expect(resolveSettings({ port: undefined, pace: undefined, keys: undefined })).toMatchObject({
    port: 0,
    paceMs: 0,
  });
});
