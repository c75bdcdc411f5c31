import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { createDotenv } from './dotenv.ts';
import { describeNear, findUnreadDotenv } from './near-variable.ts';

const key = `sk-test-${'a'.repeat(20)}`;
const own = '/h/.config/holdfast/.env';

interface Written {
  readonly text?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly elsewhere?: Readonly<Record<string, string>>;
}

function near({ text, env = {}, elsewhere = {} }: Written): string | undefined {
  const host = createFakeHost({
    files: { ...(text === undefined ? {} : { [own]: text }), ...elsewhere },
    environment: { HOME: '/h', PWD: '/h/project', ...env },
  });
  const { environment, files } = host;
  const dotenv = createDotenv(host, own);
  return describeNear(['ACME_KEY'], { dotenv, environment, files }, new Set(['ACME_KEY_2']));
}

describe('a variable that is not set', () => {
  it.each(['acme_key', 'Acme_Key', 'ACME-KEY', 'ACME.KEY', 'ACME__KEY', 'ACMEKEY', 'acmeKey'])(
    'is found as %s, whatever its value',
    (name) => {
      expect(near({ text: `# keys\n${name}=short` })).toBe(
        `${own}:2 sets ${name}: was ACME_KEY meant?`,
      );
      expect(near({ env: { [name]: 'short' } })).toBe(
        `the environment sets ${name}: was ACME_KEY meant?`,
      );
    },
  );

  it.each(['ACME_KEYS', 'ACM_KEY', 'ACMEE_KEY', 'ACME_KYE'])(
    'is found as %s where that holds a key',
    (name) => {
      expect(near({ text: `${name}=${key}` })).toContain(`sets ${name}: was ACME_KEY meant?`);
      expect(near({ text: `${name}=short` })).toBeUndefined();
    },
  );

  it('is not the key of another: a name that is taken was not meant', () => {
    expect(near({ text: `ACME_KEY_2=${key}` })).toBeUndefined();
  });

  it.each([
    ['/h/.env'],
    ['/h/project/.env'],
    ['/h/.holdfast/.env'],
    ...['.env.local', '.env.txt', 'env', 'env.txt', '.ENV', '.env.production'].map((name) => [
      `/h/.config/holdfast/${name}`,
    ]),
  ])('is found in %s, which is not read', (path) => {
    expect(near({ elsewhere: { [path]: `A=1\nexport ACME_KEY=${key}` } })).toBe(
      `${path}:2 sets it, and is not read: only ${own} is`,
    );
  });

  it.each(['environment', 'envelope', 'my.env', '.envrc'])('is not looked for in %s', (name) => {
    expect(near({ elsewhere: { [`/h/.config/holdfast/${name}`]: `ACME_KEY=${key}` } })).toBe(
      undefined,
    );
  });

  it.each(['/h/.config/holdfast/env', '/h/.env'])(
    'in %s alone: nothing is configured, and a line makes it read',
    (path) => {
      const host = createFakeHost({
        files: { [path]: `ACME_KEY=${key}` },
        environment: { HOME: '/h' },
      });
      const places = { ...host, dotenv: createDotenv(host, own) };
      const found = findUnreadDotenv(['OTHER_KEY', 'ACME_KEY'], places);
      expect(found?.message).toContain(`ACME_KEY is set only in ${path}, which is not read`);
      expect(found?.fix.command).toBe(
        `mkdir -p /h/.config/holdfast && install -m 600 ${path} ${own}`,
      );
      host.files.writeAtomic(own, 'OTHER=1');
      expect(findUnreadDotenv(['ACME_KEY'], places)?.fix).toEqual({ text: `write it into ${own}` });
      expect(findUnreadDotenv(['OTHER_KEY'], places)).toBeUndefined();
    },
  );

  it.each([
    ['/h/.bashrc', `alias a=b\nexport ACME_KEY=${key}\n`],
    ['/h/.config/fish/config.fish', `\nset -gx ACME_KEY ${key}\n`],
    ['/h/project/.envrc', `\n  export ACME_KEY="$(pass acme)"\n`],
  ])('is found in %s, which this process did not run', (path, text) => {
    expect(near({ elsewhere: { [path]: text } })).toMatch(`${path}:2 sets it, and was not run`);
    expect(near({ elsewhere: { [path]: text.replace('ACME_KEY', 'ACME_KEYS') } })).toBeUndefined();
  });

  it('is found nowhere', () => {
    expect(near({ text: 'OTHER=1', elsewhere: { '/h/.env': 'OTHER=1' } })).toBeUndefined();
  });

  it('says that the file is a link that leads nowhere', () => {
    const host = createFakeHost({});
    const files = { ...host.files, findFileFault: () => new Error('it is a link to /gone') };
    const dotenv = createDotenv(host, own);
    const { environment } = host;
    expect(describeNear(['ACME_KEY'], { dotenv, environment, files }, new Set())).toBe(
      `${own} cannot be read: it is a link to /gone`,
    );
  });
});
