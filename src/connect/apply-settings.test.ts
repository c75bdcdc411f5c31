import { describe, expect, it } from 'vitest';
import { applySettings } from './apply-settings.ts';
import type { FileRow } from './settings.ts';

const toml: FileRow = {
  path: '/h/config.toml',
  set: {
    model: 'main',
    'providers.ours': { url: 'u', auth: { command: 'c', args: ['key'] } },
  },
};
const tables =
  '[providers.ours]\nurl = "u"\n\n[providers.ours.auth]\ncommand = "c"\nargs = ["key"]\n';

describe('settings in TOML', () => {
  it.each([
    ['no file', undefined, `model = "main"\n\n${tables}`],
    [
      'top and tables',
      '# mine\na = 1\n\n[t]\nb = 2 # two\n',
      `# mine\na = 1\nmodel = "main"\n\n[t]\nb = 2 # two\n\n${tables}`,
    ],
    ['a value of the top', 'model = "x" # mine\n', `model = "main" # mine\n\n${tables}`],
    ['tables only', '[t]\nmodel = 1\n', `model = "main"\n\n[t]\nmodel = 1\n\n${tables}`],
    [
      'an older table of ours, with what was added to it',
      'model = "main"\n[providers.ours]\nurl = "old"\nretries = 3\n[providers.ours.auth]\ncommand = "old"\n[[list]]\na = 1\n',
      'model = "main"\n[providers.ours]\nurl = "u"\nretries = 3\n\n[providers.ours.auth]\ncommand = "c"\nargs = ["key"]\n\n[[list]]\na = 1\n',
    ],
    ['quoted names', '[providers."ours"]\nurl = "old"\n', `model = "main"\n\n${tables}`],
  ])('fit %s', (_name, before, expected) => {
    expect(applySettings(before, toml)).toBe(expected);
    expect(applySettings(expected, toml)).toBe(expected);
  });

  it.each([
    ['an inline table in their place', 'providers = { ours = { url = "old" } }\n'],
    ['a text over lines that looks like a table', 'a = """\n[t]\n"""\nmodel = "x"\n'],
    ['a value over lines', 'model = """\nx"""\n'],
    ['dotted keys', 'providers.ours.url = "old"\n'],
  ])('are refused beside %s', (_name, before) => {
    expect(() => applySettings(before, toml)).toThrow();
  });

  it('are refused in a broken file', () => {
    expect(() => applySettings('a = \n', toml)).toThrow('line 1: Invalid TOML');
  });
});

const yaml: FileRow = {
  path: '/h/config.yaml',
  set: { 'model.provider': 'ours' },
  item: { list: ['models'], by: 'name', value: { name: 'Ours', url: 'u' } },
  whenNew: { version: '1' },
};

describe('settings in YAML', () => {
  it.each([
    [
      'no file',
      undefined,
      'version: "1"\nmodel:\n  provider: ours\nmodels:\n  - name: Ours\n    url: u\n',
    ],
    [
      'comments and a list',
      '# mine\nmodel:\n  default: x # best\nmodels:\n  # local\n  - name: Local\n',
      '# mine\nmodel:\n  default: x # best\n  provider: ours\nmodels:\n  - name: Ours\n    url: u\n  # local\n  - name: Local\n',
    ],
    [
      'a layout that the package would write in another way',
      '# mine\nmodel:\n    provider: theirs  # for now\n    list: [a,b]\nmodels:\n- name: Local\n  tags:\n  -   a\nother: {a: 1}   # flow\n',
      '# mine\nmodel:\n    provider: ours  # for now\n    list: [a,b]\nmodels:\n- name: Ours\n  url: u\n- name: Local\n  tags:\n  -   a\nother: {a: 1}   # flow\n',
    ],
    [
      'a mapping that ends in a text over lines, no list, and no line end at its end',
      'model:\n  about: |\n    two\n    lines\n\nother: "x"',
      'model:\n  about: |\n    two\n    lines\n  provider: ours\n\nother: "x"\nmodels:\n  - name: Ours\n    url: u\n',
    ],
    [
      'lines that end in CR LF',
      'model:\r\n  a: 1\r\nmodels:\r\n  - name: Local\r\n',
      'model:\r\n  a: 1\r\n  provider: ours\r\nmodels:\r\n  - name: Ours\r\n    url: u\r\n  - name: Local\r\n',
    ],
    [
      'a place that is empty',
      'model:\nmodels: []\nother: [ 1,2 ]  # kept\n',
      'model:\n  provider: ours\nmodels: [ { name: Ours, url: u } ]\nother: [ 1, 2 ] # kept\n',
    ],
    [
      'an older item of ours among lines that end in CR LF, four spaces deep, behind a byte order mark',
      '\uFEFFmodel:\r\n    provider: ours\r\nmodels:\r\n    - name: Ours\r\n      url: old\r\n',
      '\uFEFFmodel:\r\n    provider: ours\r\nmodels:\r\n    - name: Ours\r\n      url: u\r\n',
    ],
    [
      'an older item of ours',
      'model: { provider: ours }\nmodels:\n  - name: Local\n  - name: Ours\n    url: old\n',
      'model: { provider: ours }\nmodels:\n  - name: Local\n  - name: Ours\n    url: u\n',
    ],
  ])('fit %s', (_name, before, expected) => {
    expect(applySettings(before, yaml)).toBe(expected);
    expect(applySettings(expected, yaml)).toBe(expected);
  });

  it.each([
    ['a text in their place', 'model: x\n', 'model is not a mapping'],
    ['a mapping where a list belongs', 'models: { a: 1 }\n', 'models is not a list'],
    ['a file that is a list', '- a\n', 'it is not a mapping'],
    ['a broken file', 'b: 1\na: [\n', 'line 3: Flow sequence'],
  ])('are refused beside %s', (_name, before, message) => {
    expect(() => applySettings(before, yaml)).toThrow(message);
  });
});

describe('an item of a list', () => {
  const value = { name: 'Ours', url: 'u' };
  const item = { list: ['a', 'list'], by: 'name', value };
  const json: FileRow = { path: '/h/s.json', item };
  const shown = '{\n        "name": "Ours",\n        "url": "u"\n      }';

  it.each([
    ['no file', undefined, { a: { list: [value] } }],
    ['an empty list', '{"a": {"list": []}}', { a: { list: [value] } }],
  ])('is put into JSON: %s', (_name, before, expected) => {
    expect(JSON.parse(applySettings(before, json))).toEqual(expected);
  });

  it('stands in JSON before the others, whose bytes and comments stay', () => {
    const before =
      '{\n  "a": {\n    "list": [\n      // mine\n      {"name": "Mine"}\n    ]\n  }\n}\n';
    const after = `{\n  "a": {\n    "list": [\n      ${shown},\n      // mine\n      {"name": "Mine"}\n    ]\n  }\n}\n`;
    expect(applySettings(before, json)).toBe(after);
    expect(applySettings(after, json)).toBe(after);
    expect(applySettings(after.replace('"u"', '"old"'), json)).toBe(after);
  });

  const tables: FileRow = { path: '/h/s.toml', item: { ...item, list: ['list'] } };
  const table = '[[list]]\nname = "Ours"\nurl = "u"\n';

  it.each([
    ['no file', undefined, table],
    ['others', '[[list]]\nname = "Mine" # mine\n', `[[list]]\nname = "Mine" # mine\n\n${table}`],
    [
      'an older one of ours',
      '[[list]]\nname = "Ours"\nurl = "old"\n\n[t]\nb = 2\n',
      `${table}\n[t]\nb = 2\n`,
    ],
  ])('is a table of its own in TOML: %s', (_name, before, expected) => {
    expect(applySettings(before, tables)).toBe(expected);
    expect(applySettings(expected, tables)).toBe(expected);
  });

  it('is refused in TOML beside a list in brackets', () => {
    expect(() => applySettings('list = [{ name = "Mine" }]\n', tables)).toThrow();
  });

  const rows: FileRow = { path: '/h/s.yaml', item: { ...item, list: [] } };
  const row = '- name: Ours\n  url: u\n';

  it.each([
    ['no file', undefined, row],
    ['others', '# mine\n- name: Mine # mine\n', `# mine\n- name: Mine # mine\n${row}`],
    ['an older one of ours', '- name: Ours\n  url: old\n- name: Mine\n', `${row}- name: Mine\n`],
  ])('is put last into a YAML file that is a list: %s', (_name, before, expected) => {
    expect(applySettings(before, rows)).toBe(expected);
    expect(applySettings(expected, rows)).toBe(expected);
  });

  it('is refused in a YAML file that should be a list and is a mapping', () => {
    expect(() => applySettings('a: 1\n', rows)).toThrow();
  });
});
