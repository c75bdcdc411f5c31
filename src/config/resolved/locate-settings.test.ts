/** Each setting that a text names has its place behind it, once. */

import { expect, it } from 'vitest';
import { locateSettings } from './locate-settings.ts';

const values = [
  { key: 'auxiliary.research.model', value: 'xai/m', source: 'config.yaml:5' },
  { key: 'auxiliary.research.timeout', value: '3', source: 'config.yaml:4' },
  { key: 'max_wait', value: '1', source: 'env HOLDFAST_MAX_WAIT' },
];

it.each([
  ['raise max_wait', 'raise max_wait (env HOLDFAST_MAX_WAIT)'],
  ['raise max_wait (env HOLDFAST_MAX_WAIT)', 'raise max_wait (env HOLDFAST_MAX_WAIT)'],
  [
    'correct the model at auxiliary.research (config.yaml:7): see',
    'correct the model at auxiliary.research (config.yaml:7): see',
  ],
  ['auxiliary.research (off)', 'auxiliary.research (config.yaml:5) (off)'],
])('%s', (text, located) => {
  expect(locateSettings(text, { values })).toBe(located);
});
