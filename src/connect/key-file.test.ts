import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.ts';
import { reasonix } from './agents/reasonix.ts';
import { describeGateway } from './gateway-address.ts';
import { planKeyFile } from './key-file.ts';
import { planConnection } from './plan.ts';
import { readUserHome } from './user-home.ts';
import { notePath, undo, writePlannedFiles } from './write-files.ts';

const key = `hf_${'0'.repeat(24)}`;
const file = { path: '/h/.env', variable: 'KEY' };
const keyLine = 'holdfast key';
const read = (text: string, mode = 0o600) => ({ text, identity: '1', mode });

describe('the key in a file of variables', () => {
  it.each([
    ['no file', undefined, `KEY=${key}\n`],
    ['others, and no end of the last line', '# mine\nA="a b"', `# mine\nA="a b"\nKEY=${key}\n`],
    ['an older key, twice', 'export KEY=old\nA=1\nKEY=older\n', `KEY=${key}\nA=1\n`],
    ['the key in quotes', `A=1\nKEY="${key}"\n`, `A=1\nKEY="${key}"\n`],
    ['CRLF', 'A=1\r\n', `A=1\r\nKEY=${key}\r\n`],
  ])('%s', (_name, text, expected) => {
    const before = text === undefined ? undefined : read(text);
    expect(planKeyFile(file, { before, key, keyLine }).after).toBe(expected);
  });

  it('shows neither the key nor anything else of the file', () => {
    const { diff, settings } = planKeyFile(file, {
      before: read('A=secret\n', 0o644),
      key,
      keyLine,
    });
    expect(diff).toBe(
      '--- /h/.env\n+++ /h/.env\nold mode 644\nnew mode 600\n+KEY=<what `holdfast key` prints>\n',
    );
    expect(settings).toBe('KEY=<what `holdfast key` prints>\n');
  });

  it('is refused where another value would change with it', () => {
    const before = read('A="one\nKEY=two"\n');
    expect(() => planKeyFile(file, { before, key, keyLine })).toThrow(
      expect.objectContaining({
        message: expect.stringContaining('/h/.env cannot be changed'),
        fix: { text: 'put KEY there by hand, with what `holdfast key` prints' },
      }),
    );
  });

  it('is one key of an object in JSON, beside the others', () => {
    const json = { path: '/h/keys.json', variable: 'ours' };
    const { after, diff } = planKeyFile(json, { before: read('{"theirs": "x"}\n'), key, keyLine });
    expect(JSON.parse(after)).toEqual({ theirs: 'x', ours: key });
    expect(diff).not.toContain(key);
  });
});

describe('a key that an agent was given', () => {
  const [config, dotenv] = ['/h/.reasonix/config.toml', '/h/.reasonix/.env'];
  const note = notePath('/state', 'reasonix');

  function stage(files: Readonly<Record<string, string>>) {
    const host = createFakeHost({ environment: { HOME: '/h' }, files });
    const gateway = describeGateway({
      host: '127.0.0.1',
      port: 4653,
      keyCommand: ['holdfast', 'key'],
      gatewayKeyFile: '/k',
      tasks: [],
    });
    const plan = (is: string) =>
      planConnection(reasonix, { gateway, user: readUserHome(host), files: host.files, key: is });
    return { host, plan, write: (is = key) => writePlannedFiles(host, plan(is).files, note) };
  }

  it('is taken back with the rest, to the byte and the mode', () => {
    const { host, write, plan } = stage({ [config]: 'default_model = "x"\n' });
    host.files.writeAtomic(dotenv, 'OTHER=1', 0o640);
    write();
    expect(host.fileText(dotenv)).toBe(`OTHER=1\nHOLDFAST_API_KEY=${key}\n`);
    expect(host.files.stamp(dotenv)?.mode).toBe(0o600);
    expect(plan(key).files.map(({ diff }) => diff)).toEqual(['', '']);

    undo(host, note);
    expect(host.fileText(dotenv)).toBe('OTHER=1');
    expect(host.files.stamp(dotenv)?.mode).toBe(0o640);
    expect(host.fileText(config)).toBe('default_model = "x"\n');
    expect(host.fileText(`${dotenv}.bak`)).toBeUndefined();
  });

  it('that is new is written in place of the old one, and the note never holds it', () => {
    const { host, write } = stage({});
    write(`hf_${'1'.repeat(24)}`);
    write();
    expect(host.fileText(dotenv)).toBe(`HOLDFAST_API_KEY=${key}\n`);
    expect(host.fileText(note)).not.toContain('hf_');
    undo(host, note);
    expect(host.fileText(dotenv)).toBeUndefined();
  });
});
