import { expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { resolvePaths } from '../files/paths.ts';
import { ConfigHolder } from '../holder/holder.ts';
import { fixOutside } from './outside-variables.ts';

function warningsFor(dotenv: string, environment: Readonly<Record<string, string>> = {}) {
  const config =
    'main: one/m\nproviders:\n  one: {base_url: "https://one.test/v1", protocol: openai-chat, auth: none}\n';
  const files = { '/h/config.yaml': config, '/h/.env': dotenv };
  const host = createFakeHost({ files, environment: { HOLDFAST_HOME: '/h', ...environment } });
  const paths = resolvePaths(host.environment);
  return new ConfigHolder({ host, paths, onEvent: () => undefined }).current().warnings;
}

it.each<readonly [string, Parameters<typeof fixOutside>[1]]>([
  ['HTTPS_PROXY', 'proxy-unread'],
  ['https_proxy', 'proxy-unread'],
  ['NO_PROXY', 'proxy-unread'],
  ['NODE_EXTRA_CA_CERTS', 'issuers-unread'],
  ['NODE_USE_SYSTEM_CA', 'issuers-unread'],
  ['HOLDFAST_GATEWAY_KEY', 'variable-unread'],
  ['HOLDFAST_PORT', 'variable-unread'],
  ['NODE_OPTIONS', 'variable-unread'],
])('%s in .env is told with its line, and not where the environment has it too', (name, wanted) => {
  const text = `A=1\n${name}=secret-value\n`;
  const [warning] = warningsFor(text);
  expect(warning?.what).toBe(
    `.env:2 sets ${name}, which is not read from there: it counts only in the environment of the program`,
  );
  expect(warning?.text).not.toContain('secret-value');
  for (const code of ['proxy-unread', 'issuers-unread', 'variable-unread'] as const)
    expect(fixOutside(warningsFor(text), code) !== undefined).toBe(code === wanted);
  expect(warningsFor(text, { [name]: '4000' })).toEqual([]);
});

it.each(['SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE'])(
  '%s in .env would not count in the environment either: Node has a variable of its own',
  (name) => {
    const [warning] = warningsFor(`${name}=/c/ca.pem\n`);
    expect(warning?.what).toBe(`.env:1 sets ${name}, which Node does not read`);
    expect(warning?.fix?.text).toMatch(/^export NODE_EXTRA_CA_CERTS with that file where/);
  },
);

it.each(['OPENAI_API_KEY', 'MY_PROXY_KEY', 'HOLDFAST_KEY'])('%s is none', (name) => {
  expect(warningsFor(`${name}=x\n`)).toEqual([]);
});
