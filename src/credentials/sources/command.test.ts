import { describe, expect, it } from 'vitest';
import { createCredential, openReader, secretOf } from '../../../test/contracts/source.ts';
import { createFakeHost, type FakeHost } from '../../../test/fakes/fake-host.ts';
import { fingerprintOf } from '../../config/secrets/fingerprint.ts';
import type { RunResult } from '../../host.ts';
import type { CommandSource, Credential, SecretReading } from '../../model/credential.ts';
import type { SecretReader } from './read-secret.ts';

const never = new AbortController().signal;
const fingerprint = (name: string): string => fingerprintOf('https://p.example', secretOf(name));

interface Stage {
  readonly host: FakeHost;
  readonly reader: SecretReader;
  readonly credential: Credential;
  /** Leases at once, as `times` requests would that arrive together. */
  lease(times?: number): Promise<readonly SecretReading[]>;
  reread(refused: string, times?: number): Promise<readonly SecretReading[]>;
}

function stage(
  facts: Partial<CommandSource> = {},
  variables: Readonly<Record<string, string>> = {},
): Stage {
  const host = createFakeHost({ environment: variables });
  host.programs.print(secretOf('a'));
  const { reader } = openReader(host, new Set(['DEEPSEEK_API_KEY']));
  const command = {
    command: ['/opt/bin/vault', 'read'],
    shell: false,
    timeoutMs: 10_000,
    ttlMs: 300_000,
  };
  const credential = createCredential('command', { kind: 'command', ...command, ...facts });
  const together = async (
    times: number,
    work: () => Promise<SecretReading>,
  ): Promise<readonly SecretReading[]> => {
    const all = Promise.all(Array.from({ length: times }, work));
    await host.advance(0);
    return all;
  };
  return {
    host,
    reader,
    credential,
    lease: (times = 1) =>
      together(times, async () => {
        const known = reader.peek(credential);
        return known.state === 'pending' ? reader.read(credential, never) : known;
      }),
    reread: (refused, times = 1) =>
      together(times, () => reader.reread(credential, refused, never)),
  };
}

describe('the output of a command', () => {
  it('serves all who wait with one run, and all others until its ttl ends', async () => {
    const { host, lease } = stage();
    await lease(20);
    await host.advance(299_999);
    await lease(5);
    expect(host.programs.runs).toHaveLength(1);
    await host.advance(1);
    await lease();
    expect(host.programs.runs).toHaveLength(2);
  });

  it('is asked for each lease where the ttl is 0; those who come together share one run', async () => {
    const { host, lease } = stage({ ttlMs: 0 });
    await lease(10);
    await lease();
    await lease();
    expect(host.programs.runs).toHaveLength(3);
  });

  it('is fetched once again for ten requests whose key was refused, and used at once', async () => {
    const { host, lease, reread } = stage();
    await lease();
    host.programs.print(secretOf('b'));
    const readings = await reread(fingerprint('a'), 10);
    expect(
      new Set(readings.map((reading) => reading.state === 'ok' && reading.fingerprint)),
    ).toEqual(new Set([fingerprint('b')]));
    expect(await reread(fingerprint('a'))).toMatchObject([{ fingerprint: fingerprint('b') }]);
    expect(host.programs.runs).toHaveLength(2);
  });

  it('is fetched at most once a minute because of one refused key', async () => {
    const { host, lease, reread } = stage();
    await lease();
    for (let count = 0; count < 5; count += 1) await reread(fingerprint('a'));
    expect(host.programs.runs).toHaveLength(2);
    await host.advance(60_000);
    await reread(fingerprint('a'));
    expect(host.programs.runs).toHaveLength(3);
  });

  it('stays in use when fetching it again fails (law 8)', async () => {
    const { host, lease, reread } = stage();
    await lease();
    host.programs.act = () => ({ result: exited(1, 'vault is sealed') });
    expect(await reread(fingerprint('a'))).toMatchObject([
      { state: 'failed', detail: expect.stringContaining('sealed') },
    ]);
    expect(await lease()).toMatchObject([{ state: 'ok', fingerprint: fingerprint('a') }]);
  });

  it('goes on being fetched for the others when one of them is cancelled', async () => {
    const { host, reader, credential } = stage();
    host.programs.act = () => ({ result: exited(0, '', secretOf('a')), delayMs: 1000 });
    const cancel = new AbortController();
    const first = reader.read(credential, cancel.signal).catch((error: Error) => error.message);
    const second = reader.read(credential, never);
    await host.advance(500);
    cancel.abort(new Error('client gone'));
    await host.advance(500);
    expect([await first, (await second).state, host.programs.runs.length]).toEqual([
      'client gone',
      'ok',
      1,
    ]);
  });

  it('is no longer fetched when nobody waits, and fetched for the next', async () => {
    const { host, reader, credential, reread, lease } = stage();
    await lease();
    host.programs.act = () => ({ result: exited(0, '', secretOf('b')), delayMs: 1000 });
    const cancel = new AbortController();
    const alone = reader.reread(credential, fingerprint('a'), cancel.signal).catch(() => 'left');
    await host.advance(500);
    cancel.abort(new Error('client gone'));
    expect(await alone).toBe('left');
    host.programs.print(secretOf('c'));
    expect(await reread(fingerprint('a'))).toMatchObject([{ fingerprint: fingerprint('c') }]);
  });
});

describe('a command', () => {
  it('runs without a shell, with limits, and without any secret in its environment', async () => {
    const { host, lease } = stage(
      { timeoutMs: 2000 },
      {
        PATH: '/usr/bin',
        DEEPSEEK_API_KEY: secretOf('other'),
        COPY: `x${secretOf('a')}x`,
        VAULT_TOKEN: 'its own',
      },
    );
    await lease();
    await host.advance(300_000);
    await lease();
    expect(host.programs.runs[1]).toMatchObject({
      command: ['/opt/bin/vault', 'read'],
      options: { shell: false, timeoutMs: 2000, outputLimit: 65_536 },
    });
    expect(host.programs.runs[1]?.options.environment).toEqual({
      PATH: '/usr/bin',
      VAULT_TOKEN: 'its own',
    });
  });

  const said = 'correct what that program says: no provider has refused a key';
  const alone = 'let that program print the key alone, on one line';
  const failures: readonly { name: string; result: RunResult; detail: string; fix?: string }[] = [
    {
      name: 'an exit code, with its own first words',
      result: exited(2, '\n  Error making the request.\nCode: 403. permission denied\n'),
      detail:
        'command vault exited with 2: Error making the request.; Code: 403. permission denied',
      fix: said,
    },
    {
      name: 'a question to a person, who has no terminal there',
      result: exited(1, 'PIN: cannot open /dev/tty\n'),
      detail: 'command vault exited with 1: PIN: cannot open /dev/tty',
      fix: 'it asks a person at a terminal, which it does not have here: unlock what it needs before, or name a program that asks nothing',
    },
    {
      name: 'its own words without a secret in them',
      result: exited(1, 'bad Bearer sk-test-abcdefghijklmnop'),
      detail: 'command vault exited with 1: bad Bearer [redacted]',
      fix: said,
    },
    {
      name: 'its own words without escapes',
      result: exited(1, '\u001b[31mgpg:\tno key\u001b[0m'),
      detail: 'command vault exited with 1: [31mgpg: no key [0m',
      fix: said,
    },
    {
      name: 'no output',
      result: exited(0, ''),
      detail: 'command vault printed nothing',
      fix: 'let that program print the key on its standard output',
    },
    {
      name: 'a program that is not there',
      result: { ended: 'not-started', reason: 'no such program' },
      detail: 'command vault was not run: no such program',
    },
    {
      name: 'far too much output',
      result: { ended: 'output-too-long', errorOutput: '' },
      detail: 'command vault printed far more than a key',
      fix: alone,
    },
    {
      name: 'a signal',
      result: { ended: 'signalled', errorOutput: 'killed' },
      detail: 'command vault was ended by a signal: killed',
    },
  ];
  for (const { name, result, detail, fix } of failures) {
    it(`that fails is told as what it is: ${name}`, async () => {
      const { host, lease } = stage();
      host.programs.act = () => ({ result });
      expect(await lease()).toEqual([
        {
          state: 'failed',
          lookedIn: ['command vault'],
          detail,
          ...(fix && { fix: { text: fix } }),
        },
      ]);
    });
  }

  it('is ended at its time limit, and told so', async () => {
    const { host, reader, credential } = stage({ timeoutMs: 2000 });
    host.programs.act = () => ({ delayMs: 60_000 });
    const reading = reader.read(credential, never);
    await host.advance(2000);
    expect(await reading).toMatchObject({
      detail: 'command vault gave no answer within 2 s',
      fix: { text: expect.stringMatching(/unlock.*or raise timeout .* after 2 s/) },
    });
  });

  it.each([
    ['INFO fetched\nsk-test-1', 'several lines'],
    ['\u001b[32msk-test-1\u001b[0m', 'the colours of a terminal'],
    ['{"key": "sk-test-1"}', 'JSON'],
    ['sk-test-1 # office', 'a comment behind the key'],
  ])('that prints more than a key (%j) is the one to change: %s', async (output, what) => {
    const { host, lease } = stage();
    host.programs.act = () => ({ result: exited(0, '', output) });
    expect(await lease()).toMatchObject([
      { state: 'malformed', detail: expect.stringContaining(what), fix: { text: alone } },
    ]);
  });

  it('heals: a failure is believed for five seconds', async () => {
    const { host, lease } = stage();
    host.programs.act = () => ({ result: exited(1, 'locked') });
    await lease();
    host.programs.print(secretOf('a'));
    await host.advance(4999);
    expect(await lease()).toMatchObject([{ state: 'failed' }]);
    await host.advance(1);
    expect(await lease()).toMatchObject([{ state: 'ok' }]);
  });

  it('of a shell is not named by its text, which may hold anything', async () => {
    const { host, lease } = stage({ command: ['echo sk-test-abc | head -1'], shell: true });
    host.programs.act = () => ({ result: exited(1, '') });
    expect(await lease()).toMatchObject([{ detail: 'command of a shell exited with 1' }]);
  });
});

function exited(status: number, errorOutput: string, output = ''): RunResult {
  return { ended: 'exited', status, output, errorOutput };
}
