/**
 * The one contract of every source of secrets, seen through the reader: `testSource` runs it
 * against a kind (law 4).
 */

import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createCredentialsFile } from '../../src/config/files/credentials-file.ts';
import { createDotenv } from '../../src/config/files/dotenv.ts';
import { fingerprintOf } from '../../src/config/secrets/fingerprint.ts';
import { Logins } from '../../src/credentials/oauth/logins.ts';
import { Redactor } from '../../src/credentials/redact/redact.ts';
import {
  createSecretReader,
  type SecretReader,
} from '../../src/credentials/sources/read-secret.ts';
import type {
  Credential,
  SecretLocator,
  SecretReading,
  SecretSource,
} from '../../src/model/credential.ts';
import { createFakeHost, type FakeHost } from '../fakes/fake-host.ts';

/** One credential whose secret a test may change, in a source of the kind under test. */
export interface SourceStage {
  readonly host: FakeHost;
  /** As the configuration names it now. */
  credential(): Credential;
  /**
   * Puts this text into the source; undefined takes it away. Not called with undefined where
   * `holdsAlways`.
   */
  put(text: string | undefined): void;
  /** What the place of the secret is called when it was found. */
  readonly foundAt: string | RegExp;
  /** A secret that stands in the config itself is never unset. */
  readonly holdsAlways?: true;
  /** How long a text is believed after it changed. Default 300 ms: a file may be half written. */
  readonly settlesMs?: number;
}

export interface OpenedReader {
  readonly reader: SecretReader;
  readonly redactor: Redactor;
}

const origin = 'https://p.example';
const never = new AbortController().signal;

export function createCredential(source: SecretSource, locator: SecretLocator): Credential {
  return { id: `p:${source}`, provider: 'p', label: 'work', source, locator, origin };
}

export const secretOf = (name: string): string => `sk-test-${name}-${'0'.repeat(16)}`;

/** A reader over the files `/h/.env` and `/h/credentials.json` of the host. */
export function openReader(
  host: FakeHost,
  keyVariables: ReadonlySet<string> = new Set(),
): OpenedReader {
  const redactor = new Redactor();
  const credentialsFile = createCredentialsFile(host, '/h/credentials.json');
  const reader = createSecretReader({
    host,
    dotenv: createDotenv(host, '/h/.env'),
    credentialsFile,
    logins: new Logins({
      host,
      credentialsFile,
      redactor,
      onEvent: () => undefined,
      onRenewed: () => undefined,
    }),
    redactor,
    keyVariables: () => keyVariables,
  });
  return { reader, redactor };
}

/** Runs every law against a source made by `open`. */
export function testSource(name: string, open: (host: FakeHost) => SourceStage): void {
  const begin = (text: string | undefined): SourceStage & OpenedReader => {
    const host = createFakeHost();
    const stage = open(host);
    stage.put(text);
    return { ...stage, ...openReader(host) };
  };
  /** Reads as a lease does: what is known now, else what the source says when it is asked. */
  const lease = async ({
    reader,
    host,
    credential,
  }: SourceStage & OpenedReader): Promise<SecretReading> => {
    const known = reader.peek(credential());
    if (known.state !== 'pending') return known;
    const reading = reader.read(credential(), never);
    await host.advance(0);
    return reading;
  };
  const settle = ({ host, settlesMs = 300 }: SourceStage): Promise<void> => host.advance(settlesMs);

  describe(`the source ${name}`, () => {
    it('gives the secret trimmed, with its place and its fingerprint', async () => {
      const stage = begin(` ${secretOf('a')} \n`);
      const reading = await lease(stage);
      expect(reading).toMatchObject({
        state: 'ok',
        fingerprint: fingerprintOf(origin, secretOf('a')),
      });
      expect(reading.state === 'ok' && reading.secret.reveal()).toBe(secretOf('a'));
      expect(reading.state === 'ok' && reading.foundAt).toMatch(stage.foundAt);
    });

    it('prints no secret, and has it blanked from then on (law 20)', async () => {
      const stage = begin(secretOf('a'));
      const reading = await lease(stage);
      expect(`${JSON.stringify(reading)} ${inspect(reading, { depth: 9 })}`).not.toContain(
        secretOf('a'),
      );
      expect(stage.redactor.redact(`the key ${secretOf('a')}`)).toBe('the key [redacted]');
    });

    it('gives a new text once the old one may no longer be believed', async () => {
      const stage = begin(secretOf('a'));
      await lease(stage);
      stage.put(secretOf('b'));
      await settle(stage);
      expect(await lease(stage)).toMatchObject({
        fingerprint: fingerprintOf(origin, secretOf('b')),
      });
    });

    it('gives a new text at once after the old one was refused', async () => {
      const stage = begin(secretOf('a'));
      await lease(stage);
      stage.put(secretOf('b'));
      const reread = stage.reader.reread(
        stage.credential(),
        fingerprintOf(origin, secretOf('a')),
        never,
      );
      await stage.host.advance(0);
      expect(await reread).toMatchObject({ fingerprint: fingerprintOf(origin, secretOf('b')) });
    });

    it('gives the old text again when it was refused and nothing else is there', async () => {
      const stage = begin(secretOf('a'));
      const before = await lease(stage);
      const reread = stage.reader.reread(
        stage.credential(),
        fingerprintOf(origin, secretOf('a')),
        never,
      );
      await stage.host.advance(0);
      expect(JSON.stringify(await reread)).toBe(JSON.stringify(before));
    });

    const useless: readonly { name: string; text: string; state: string; detail: RegExp }[] = [
      {
        name: 'empty text',
        text: ' \n',
        state: 'empty|failed',
        detail: /set but empty|printed nothing/,
      },
      {
        name: 'several lines',
        text: 'sk-test-a\nsk-test-b',
        state: 'malformed',
        detail: /several lines/,
      },
      {
        name: 'a control character',
        text: 'sk-test\u0007-a',
        state: 'malformed',
        detail: /control/,
      },
      { name: 'words', text: 'my secret key', state: 'malformed', detail: /a space/ },
      {
        name: 'a gateway key',
        text: 'hf_0123456789abcdef',
        state: 'malformed',
        detail: /gateway key/,
      },
    ];
    for (const { name: fault, text, state, detail } of useless) {
      it(`names ${fault} as what it is, without quoting it`, async () => {
        const stage = begin(text);
        await settle(stage);
        const reading = await lease(stage);
        expect(reading).toMatchObject({ state: expect.stringMatching(new RegExp(`^(${state})$`)) });
        expect(reading).toMatchObject({ detail: expect.stringMatching(detail) });
        if (text.trim() !== '') expect(JSON.stringify(reading)).not.toContain(text);
      });
    }

    it('says where it looked when nothing is there', async () => {
      const stage = begin(secretOf('a'));
      if (stage.holdsAlways) return;
      await lease(stage);
      stage.put(undefined);
      await lease(stage); // an absence counts from the first look at it
      await settle(stage);
      const reading = await lease(stage);
      expect(reading.state).toMatch(/^(unset|failed)$/);
      expect(reading.state !== 'ok' && reading.lookedIn.length).toBeGreaterThan(0);
    });
  });
}
