import { describe, expect, it } from 'vitest';
import { getConfigValue, newConfigText, setConfigValue } from './edit.ts';

const text = `# mine
main: deepseek/deepseek-chat # fast
gateway:
  # for the phone
  port: 4653
`;

describe('editing a config text', () => {
  it('keeps comments and order', () => {
    expect(setConfigValue(text, 'gateway.port', '8080')).toBe(text.replace('4653', '8080'));
  });

  it('adds what was not there', () => {
    const changed = setConfigValue(text, 'providers.local', '{base_url: http://127.0.0.1:1/v1, auth: none}');
    expect(getConfigValue(changed, 'providers.local.auth')).toBe('none');
    expect(changed.startsWith(text)).toBe(true);
  });

  it('fills a new file below the schema line', () => {
    expect(setConfigValue(newConfigText('/s.json'), 'main', 'a/b')).toBe(
      '# yaml-language-server: $schema=/s.json\n\nmain: a/b\n',
    );
  });

  it('reads values as YAML', () => {
    expect([getConfigValue(text, 'gateway'), getConfigValue(text, 'nothing')]).toEqual([
      'port: 4653',
      undefined,
    ]);
  });
});
