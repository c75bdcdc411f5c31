import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { makeSelfSigned } from '../../../test/fakes/self-signed.ts';
import { resolvePaths } from '../../config/files/paths.ts';
import { formatFix } from '../../errors.ts';
import { hashKey } from '../../gateway/caller-keys.ts';
import {
  judgeDotenv,
  judgeNodeVariables,
  judgeOwnKeys,
  judgeRefusals,
  judgeShellKey,
} from './shell-checks.ts';

const good = `hf_${'a'.repeat(24)}`;

describe('the keys of the gateway', () => {
  const told = async (
    files: Readonly<Record<string, string>>,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<readonly string[]> => {
    const host = createFakeHost({ files, environment: { HOLDFAST_HOME: '/h', ...environment } });
    const troubles = await judgeOwnKeys({ host, paths: resolvePaths(host.environment) });
    expect(host.files.stamp('/h/admin.key') === undefined).toBe(!('/h/admin.key' in files));
    return troubles.map(({ what, fix }) => `${what} → ${fix && formatFix(fix)}`);
  };
  const unusable = 'holds no usable gateway key → give it at least 16 printable characters';

  it.each([
    ['that are not there yet', {}, {}],
    ['that are good', { '/h/gateway.key': `${good}\n`, '/h/admin.key': good }, {}],
    ['that the environment has', { '/h/gateway.key': '' }, { HOLDFAST_GATEWAY_KEY: good }],
    ['of callers', { '/h/caller-keys.json': '{"version":1,"keys":[]}' }, {}],
  ])('are fine: those %s', async (_name, files, environment) => {
    expect(await told(files, environment)).toEqual([]);
  });

  it.each([
    ['empty', { '/h/gateway.key': '' }, {}, `/h/gateway.key ${unusable}`],
    ['two words', { '/h/admin.key': 'two words of a key' }, {}, `/h/admin.key ${unusable}`],
    [
      'short',
      {},
      { HOLDFAST_GATEWAY_KEY: 'short' },
      `the environment variable HOLDFAST_GATEWAY_KEY ${unusable}`,
    ],
    [
      'no JSON',
      { '/h/caller-keys.json': '{' },
      {},
      '/h/caller-keys.json is not JSON (line 1) → correct it',
    ],
  ])(
    'that cannot be used are named before a start: %s',
    async (_name, files, environment, expected) => {
      const [first = ''] = await told(files, environment);
      expect(first).toContain(expected);
    },
  );
});

describe('the variables of Node', () => {
  it.each([
    [{ NODE_TLS_REJECT_UNAUTHORIZED: '0' }, ['unset NODE_TLS_REJECT_UNAUTHORIZED']],
    [{ NODE_TLS_REJECT_UNAUTHORIZED: '1' }, []],
    [{ NODE_TLS_REJECT_UNAUTHORIZED: '' }, []],
    [{ NODE_EXTRA_CA_CERTS: '/there.pem' }, []],
    [{ NODE_EXTRA_CA_CERTS: '/damaged.pem' }, ['unset NODE_EXTRA_CA_CERTS']],
    [{ NODE_EXTRA_CA_CERTS: '/nowhere.pem' }, ['unset NODE_EXTRA_CA_CERTS']],
    [{ ALL_PROXY: 'socks5://127.0.0.1:1080' }, ['set HTTPS_PROXY']],
    [{ all_proxy: 'http://127.0.0.1:3128', https_proxy: 'http://127.0.0.1:3128' }, []],
    [{ HOME: 'a', PWD: '/b' }, ['export HOME=/b/a']],
    [{ HOLDFAST_HOME: './a', PWD: '/b' }, ['export HOLDFAST_HOME=/b/./a']],
    [{ HOME: '/h', HOLDFAST_CONFIG: '/c.yaml' }, []],
    [{ HOME: '/h', HOLDFAST_HOME: '~/a', PWD: '/b' }, ['export HOLDFAST_HOME=/h/a']],
    [{ HOLDFAST_HOME: 'a' }, ['write the whole path']],
    [{ TZ: 'Mars/Base' }, ['unset TZ']],
    [{ TZ: 'Europe/Berlin' }, []],
    [{ TZ: ':/etc/localtime' }, []],
    [{}, []],
  ])('%j', (environment, expected) => {
    const { environment: set, files } = createFakeHost({
      environment,
      files: { '/there.pem': makeSelfSigned('a.test').cert, '/damaged.pem': 'garbage' },
    });
    const told = judgeNodeVariables(set, files).map(({ fix }) => fix && formatFix(fix));
    expect(told).toEqual(expected.map((words) => expect.stringContaining(words)));
  });
});

it('a line of .env that nobody reads is told with its place', () => {
  const files = { '/h/.env': 'A=1\nA=2\n' };
  const host = createFakeHost({ files, environment: { HOLDFAST_HOME: '/h' } });
  const [told] = judgeDotenv({ host, paths: resolvePaths(host.environment) });
  expect(told?.what).toBe('/h/.env:2 sets A to another value than line 1: the last one counts');
});

describe('the key of this shell beside a running gateway', () => {
  const other = `hf_${'b'.repeat(24)}`;
  const third = `hf_${'c'.repeat(24)}`;
  const caller = { name: 'codex', hash: hashKey(third), scope: 'call', addedAt: 1 };

  it.each([
    ['the file of both', good, undefined, undefined],
    ['the value of both', other, other, undefined],
    ['a key of a caller', good, third, undefined],
    [
      'another value here, and the file there',
      good,
      other,
      'HOLDFAST_GATEWAY_KEY of this shell is not the key of G: what is started here with it is refused → use the key in gateway.key: unset HOLDFAST_GATEWAY_KEY',
    ],
    [
      'two other values',
      `hf_${'d'.repeat(24)}`,
      other,
      'HOLDFAST_GATEWAY_KEY of this shell is not the key of G: what is started here with it is refused → set it to the value that the gateway was started with, or restart the gateway with this one',
    ],
    [
      'the file here, and a value there',
      other,
      undefined,
      '/h/gateway.key is not the key of G: what is started here with it is refused → restart the gateway, so that it reads the file again; if it was started with HOLDFAST_GATEWAY_KEY, set that here too instead',
    ],
  ])('%s', async (_name, theirs, inShell, expected) => {
    const running = { url: 'http://127.0.0.1:1', pid: 1, startedAt: 1, token: 't' };
    const host = createFakeHost({
      files: {
        '/h/gateway.key': `${good}\n`,
        '/h/caller-keys.json': JSON.stringify({ version: 1, keys: [caller] }),
        '/h/running.json': JSON.stringify({ ...running, keyHash: hashKey(theirs) }),
      },
      environment: {
        HOLDFAST_HOME: '/h',
        ...(inShell === undefined ? {} : { HOLDFAST_GATEWAY_KEY: inShell }),
      },
    });
    const troubles = await judgeShellKey({ host, paths: resolvePaths(host.environment) }, 'G');
    const told = troubles.map(({ what, fix }) => `${what} → ${fix && formatFix(fix)}`);
    expect(told).toEqual(expected === undefined ? [] : [expected]);
  });
});

describe('a refusal of callers', () => {
  const refusal = {
    code: 'budget' as const,
    count: 1,
    firstAt: 1000,
    lastAt: 2000,
    lastId: 'hfr_test',
    status: 400,
    text: 'the budget has no room',
  };

  it('is told until a person has changed what callers may do', () => {
    expect(judgeRefusals([refusal], { now: 3000, changedAt: 1500 })).toHaveLength(1);
    expect(judgeRefusals([refusal], { now: 3000, changedAt: 2500 })).toEqual([]);
  });
});
