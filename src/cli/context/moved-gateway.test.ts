import { expect, it } from 'vitest';
import { explainMoved } from './moved-gateway.ts';

const running = {
  url: 'http://127.0.0.1:4653',
  pid: 812,
  startedAt: 0,
  token: 'test',
  isAsConfigured: true,
};

const look = (text: string, facts: object = {}, variables: Record<string, string> = {}): unknown =>
  explainMoved(
    { ...running, ...facts },
    {
      environment: { get: (name) => variables[name], all: () => variables },
      files: { readText: () => text },
      paths: { configFile: '/h/config.yaml' },
    },
  );

it('a gateway whose port or host has been changed since is told with both', () => {
  expect(look('main: a/b\ngateway: {port: 4700}\n')).toMatchObject({
    what: 'the gateway of this home at http://127.0.0.1:4653 (pid 812) listens where it was started; the configuration says http://127.0.0.1:4700 now',
  });
  expect(look('main: a/b\ngateway: {host: 10.0.0.7}\n')).toMatchObject({
    what: expect.stringContaining('http://10.0.0.7:4653'),
  });
});

it.each([
  ['as it is configured', 'gateway: {port: 4653}\n', {}, {}],
  ['at the default', 'main: a/b\n', {}, {}],
  ['with a broken file', 'gateway: {port: [}\n', {}, {}],
  ['by a flag', 'gateway: {port: 4700}\n', { isAsConfigured: undefined }, {}],
  ['beside a variable of this shell', 'gateway: {port: 4653}\n', {}, { HOLDFAST_PORT: '4800' }],
])('one %s is well', (_how, text, facts, variables) => {
  expect(look(text, facts, variables)).toBeUndefined();
});
