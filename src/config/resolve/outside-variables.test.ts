import { expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { resolvePaths } from '../files/paths.ts';
import { ConfigHolder } from '../holder/holder.ts';
import { fixWayOut } from './outside-variables.ts';

function warningsFor(dotenv: string, environment: Readonly<Record<string, string>> = {}) {
  const config =
    'main: one/m\nproviders:\n  one: {base_url: "https://one.test/v1", protocol: openai-chat, auth: none}\n';
  const files = { '/h/config.yaml': config, '/h/.env': dotenv };
  const host = createFakeHost({ files, environment: { HOLDFAST_HOME: '/h', ...environment } });
  const paths = resolvePaths(host.environment);
  return new ConfigHolder({ host, paths, onEvent: () => undefined }).current().warnings;
}

const waysOut = ['HTTPS_PROXY', 'https_proxy', 'NO_PROXY', 'NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE'];

it.each([...waysOut, 'HOLDFAST_GATEWAY_KEY', 'HOLDFAST_PORT', 'NODE_OPTIONS'])(
  '%s in .env is told with its line, and not where the environment has it too',
  (name) => {
    const text = `A=1\n${name}=secret-value\n`;
    const [warning] = warningsFor(text);
    expect(warning?.what).toBe(
      `.env:2 sets ${name}, which is not read from there: it counts only in the environment of the program`,
    );
    expect(warning?.text).not.toContain('secret-value');
    expect(fixWayOut(warningsFor(text)) !== undefined).toBe(waysOut.includes(name));
    expect(warningsFor(text, { [name]: '4000' })).toEqual([]);
  },
);

it.each(['OPENAI_API_KEY', 'MY_PROXY_KEY', 'HOLDFAST_KEY'])('%s is none', (name) => {
  expect(warningsFor(`${name}=x\n`)).toEqual([]);
});
