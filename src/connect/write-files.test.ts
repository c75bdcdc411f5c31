import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.ts';
import { pi } from './agents/pi.ts';
import { describeGateway } from './gateway-address.ts';
import { planConnection } from './plan.ts';
import { readUserHome } from './user-home.ts';
import { notePath, undo, writePlannedFiles } from './write-files.ts';

const note = notePath('/state', 'pi');
const [models, settings] = ['/h/.pi/agent/models.json', '/h/.pi/agent/settings.json'];
const mine = '{\n  "theme": "dark" // mine\n}\n';

function stage(files: Readonly<Record<string, string>> = {}) {
  const host = createFakeHost({ environment: { HOME: '/h' }, files });
  const connect = (port = 4653) => {
    const gateway = describeGateway({
      host: '127.0.0.1',
      port,
      keyCommand: ['holdfast', 'key'],
      gatewayKeyFile: '/k',
      tasks: [],
    });
    return planConnection(pi, {
      gateway,
      user: readUserHome(host),
      files: host.files,
      key: undefined,
    });
  };
  return {
    host,
    connect,
    write: (port?: number) => writePlannedFiles(host, connect(port).files, note),
  };
}

describe('a connection', () => {
  it('is written with a copy of what was there, and taken back to the byte', () => {
    const { host, write } = stage({ [settings]: mine });
    expect(write().map(({ path, backup }) => [path, backup])).toEqual([
      [models, undefined],
      [settings, `${settings}.bak`],
    ]);
    expect(host.fileText(`${settings}.bak`)).toBe(mine);
    expect(host.fileText(settings)).toContain('"defaultProvider": "holdfast"');
    expect(host.fileText(settings)).toContain('"theme": "dark", // mine');

    expect(undo(host, note).map(({ path }) => path)).toEqual([models, settings]);
    expect([models, `${settings}.bak`, note].map((path) => host.fileText(path))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(host.fileText(settings)).toBe(mine);
  });

  it('changes nothing when it is there already', () => {
    const { connect, write } = stage({ [settings]: mine });
    write();
    expect(connect().files.map(({ diff }) => diff)).toEqual(['', '']);
    expect(write()).toEqual([]);
  });

  it('written twice is taken back to what stood there first', () => {
    const { host, write } = stage({ [settings]: mine });
    write();
    write(4700);
    undo(host, note);
    expect(host.fileText(settings)).toBe(mine);
    expect(host.fileText(models)).toBeUndefined();
    expect(host.fileText(`${models}.bak`)).toBeUndefined();
  });

  it.each([
    ['a new setting', '"theme": "light",\n  "more": 1', { theme: 'light', more: 1 }],
    ['its own model', '"theme": "light",\n  "defaultModel": "theirs"', undefined],
    ['nothing but ours', '', {}],
  ])('written again over an edit (%s) is taken back to the edit', (_what, edit, left) => {
    const { host, write } = stage({ [settings]: mine });
    write();
    const ours = JSON.parse((host.fileText(settings) ?? '').replace('// mine', ''));
    const { theme: _theme, ...rest } = ours;
    const edited = { ...rest, ...JSON.parse(`{${edit}}`) };
    host.setFile(settings, `${JSON.stringify(edited, null, 2)}\n`);
    host.setFile(models, JSON.stringify({ ...JSON.parse(host.fileText(models) ?? ''), more: 1 }));
    write(4700);
    write(4701);
    undo(host, note);
    expect(JSON.parse(host.fileText(settings) ?? '')).toEqual(
      left ?? { theme: 'light', defaultModel: 'theirs' },
    );
    expect(JSON.parse(host.fileText(models) ?? '')).toEqual({ more: 1 });
  });

  it('takes its values out one by one of a file that was rewritten, and puts the old ones back', () => {
    const old = '{ "defaultModel": "mine", "theme": "dark" }\n';
    const { host, write } = stage({ [settings]: old });
    write();
    const rewritten = { lastChangelog: '1', ...JSON.parse(host.fileText(settings) ?? '') };
    host.setFile(settings, JSON.stringify({ ...rewritten, theme: 'light' }));
    host.setFile(models, JSON.stringify({ ...JSON.parse(host.fileText(models) ?? ''), more: 1 }));
    expect(undo(host, note)).toEqual([
      { path: models, isRestored: false, left: [] },
      { path: settings, isRestored: false, left: [] },
    ]);
    expect(JSON.parse(host.fileText(models) ?? '')).toEqual({ more: 1 });
    expect(JSON.parse(host.fileText(settings) ?? '')).toEqual({
      lastChangelog: '1',
      defaultModel: 'mine',
      theme: 'light',
    });
  });

  it('leaves a value that is not ours any more, and says which', () => {
    const { host, write } = stage({ [settings]: mine });
    write();
    const present = JSON.parse((host.fileText(settings) ?? '').replace('// mine', ''));
    host.setFile(settings, JSON.stringify({ ...present, defaultModel: 'theirs' }));
    expect(undo(host, note)[1]).toEqual({
      path: settings,
      isRestored: false,
      left: ['defaultModel'],
    });
    expect(JSON.parse(host.fileText(settings) ?? '')).toEqual({
      theme: 'dark',
      defaultModel: 'theirs',
    });
    expect(host.fileText(`${settings}.bak`)).toBe(mine);
  });

  it('leaves a broken file as it is, and takes the others back', () => {
    const { host, write } = stage({ [settings]: mine });
    write();
    host.setFile(settings, '{ "theme": ');
    expect(undo(host, note)).toMatchObject([
      { path: models, isRestored: true },
      { path: settings, isRestored: false, problem: expect.stringContaining('line 1 is not JSON') },
    ]);
    expect(host.fileText(settings)).toBe('{ "theme": ');
  });

  it.each(['{"files": [', '{"files": {}}', 'null'])('says which note is broken: %s', (text) => {
    const { host } = stage();
    host.setFile(note, text);
    expect(() => undo(host, note)).toThrow(
      `${note} cannot be read: it is not what was written there`,
    );
  });

  it('that was never written has nothing to be taken back', () => {
    expect(undo(stage().host, note)).toEqual([]);
  });

  it('is refused when a file changes between reading and writing', () => {
    const { host, connect } = stage({ [settings]: mine });
    const { files } = connect();
    host.setFile(settings, '{ "theme": "light" }');
    expect(() => writePlannedFiles(host, files, note)).toThrow('has changed since it was read');
    expect(host.fileText(settings)).toBe('{ "theme": "light" }');
  });

  it('is one clear error beside a broken file, with the settings to put in by hand', () => {
    const { connect } = stage({ [settings]: '{ "theme": ' });
    expect(connect).toThrow(
      expect.objectContaining({
        message: `${settings} cannot be changed: line 1 is not JSON; nothing is written`,
        fix: { text: expect.stringContaining('"defaultModel": "main"') },
      }),
    );
  });
});
