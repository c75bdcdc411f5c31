import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { formatFix } from '../../errors.ts';
import { describeOddHome } from './odd-home.ts';

type Variables = Readonly<Record<string, string>>;
type Row = [what: string, environment: Variables, file: string | undefined, expected: string];

const home = { HOME: '/h', PWD: '/h/here' };
const usual = '/h/.config/holdfast/config.yaml';
const tilde = 'which only a shell replaces, and only outside of quotes';

describe('a configuration that is not where it is looked for', () => {
  it.each<Row>([
    ['without a home', {}, undefined, 'the variable HOME is not set'],
    ['with a home that is not there', home, undefined, 'HOME is "/h", which is not there'],
    ...['HOLDFAST_HOME', 'XDG_CONFIG_HOME', 'HOLDFAST_CONFIG'].flatMap((variable): Row[] => [
      [
        'with a ~ that nobody has replaced',
        { ...home, [variable]: '~/a' },
        undefined,
        `is not there; ${variable} is "~/a", ${tilde} → write the whole path: export ${variable}=/h/a`,
      ],
      [
        'with a relative path',
        { ...home, [variable]: 'a' },
        undefined,
        `is not there; ${variable} is "a", which is a relative path → write the whole path: export ${variable}=/h/here/a`,
      ],
      [
        'with another at its usual place',
        { ...home, [variable]: '/elsewhere' },
        usual,
        `is not there, and ${usual} is: ${variable} names another ${variable === 'HOLDFAST_CONFIG' ? 'file' : 'folder'} → read that one: unset ${variable}`,
      ],
    ]),
    [
      'through sudo',
      { HOME: '/root', SUDO_USER: 'alice' },
      '/home/alice/.config/holdfast/config.yaml',
      'sudo looks into the home of root, not of alice → run it without sudo',
    ],
    [
      'with another in a folder with a dot',
      home,
      '/h/.holdfast/config.yaml',
      'is not there, and /h/.holdfast/config.yaml is, which is not read → read that one: export HOLDFAST_HOME=/h/.holdfast',
    ],
    ...['/h/.Holdfast', '/h/HOLDFAST', '/h/.config/Holdfast', '/h/.config/.holdfast'].map(
      (folder): Row => [
        'with another in a folder of that name in other letters',
        home,
        `${folder}/config.yaml`,
        `is not there, and ${folder}/config.yaml is, which is not read → read that one: export HOLDFAST_HOME=${folder}`,
      ],
    ),
    ...[
      '/h/.holdfast.yaml',
      '/h/holdfast.yml',
      '/h/.config/holdfast.yaml',
      '/h/here/holdfast.yaml',
    ].map(
      (path): Row => [
        'with a file of that name',
        home,
        path,
        `is not there, and ${path} is, which is not read → read that one: export HOLDFAST_CONFIG=${path}`,
      ],
    ),
  ])('%s', (_what, environment, file, expected) => {
    const host = createFakeHost({
      environment,
      files: file === undefined ? {} : { [file]: '', [dirname(file)]: '' },
    });
    const found = describeOddHome(host.environment, host.files, '/looked/for.yaml');
    expect(found && `${found.message} → ${formatFix(found.fix)}`).toContain(expected);
  });

  it('says nothing where nothing is odd', () => {
    for (const environment of [home, { ...home, HOLDFAST_HOME: '/h/a' }]) {
      const { files, environment: set } = createFakeHost({ environment, files: { '/h': '' } });
      expect(describeOddHome(set, files, '/h/a/config.yaml')).toBeUndefined();
    }
  });
});
