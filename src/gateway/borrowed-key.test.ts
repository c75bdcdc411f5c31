import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.ts';
import { resolvePaths } from '../config/files/paths.ts';
import { findBorrowedKeys } from './borrowed-key.ts';

const random = 'Ab3dE6gH9jK2mN5pQ8sT';
const find = (
  environment: Readonly<Record<string, string>>,
  files: Readonly<Record<string, string>> = {},
): readonly string[] => {
  const host = createFakeHost({ environment: { HOLDFAST_HOME: '/h', ...environment }, files });
  return findBorrowedKeys(host, resolvePaths(host.environment)).map(
    ({ what, fix }) => `${what.split(',')[0]} → ${fix.command}`,
  );
};

describe('a key of the gateway that is a vendor’s', () => {
  const slots = [
    ['HOLDFAST_GATEWAY_KEY', '/h/gateway.key'],
    ['HOLDFAST_ADMIN_KEY', '/h/admin.key'],
  ] as const;
  const vendors = [
    ['sk-ant-', 'anthropic'],
    ['xai-', 'xai'],
    ['gsk_', 'groq'],
    ['sk-or-', 'openrouter'],
  ] as const;
  const cases = slots.flatMap((slot) => vendors.map((vendor) => [...slot, ...vendor] as const));
  it.each(cases)('%s, %s: %s is of %s', (variable, file, prefix, vendor) => {
    const key = `${prefix}${random}`;
    expect(find({ [variable]: key })).toEqual([
      `${variable} holds a key of ${vendor} → unset ${variable}`,
    ]);
    expect(find({}, { [file]: `${key}\n` })).toEqual([
      `${file} holds a key of ${vendor} → rm ${file}`,
    ]);
  });

  it.each(slots)('%s, %s: the same text as in a variable of a vendor', (variable, file) => {
    const key = `sk-test-${random}`;
    const says = `${variable} holds what DEEPSEEK_API_KEY holds → unset ${variable}`;
    expect(find({ [variable]: key, DEEPSEEK_API_KEY: key })).toEqual([says]);
    expect(find({ [variable]: key }, { '/h/.env': `DEEPSEEK_API_KEY=${key}` })).toEqual([says]);
    expect(find({ DEEPSEEK_API_KEY: key }, { [file]: key })).toHaveLength(1);
  });

  it.each(slots)('%s: an agent’s variable beside an address holds ours', (variable) => {
    const key = `sk-test-${random}`;
    const agent = { OPENAI_BASE_URL: 'http://127.0.0.1:4000/v1', OPENAI_API_KEY: key };
    expect(find({ [variable]: key, ...agent })).toEqual([]);
    expect(find({ [variable]: key, ...agent }, { '/h/.env': `OPENAI_API_KEY=${key}` })).toEqual([
      `${variable} holds what OPENAI_API_KEY holds → unset ${variable}`,
    ]);
  });

  it.each(['hf_', 'sk-', 'sk-my-own-', ''])('%s… is nobody’s', (prefix) => {
    const key = `${prefix}${random}`;
    expect(find({ HOLDFAST_GATEWAY_KEY: key, HOLDFAST_ADMIN_KEY: `${key}x` })).toEqual([]);
    expect(find({}, { '/h/gateway.key': key })).toEqual([]);
  });

  it.each(slots)('%s, %s: ours in a variable of a vendor stays ours', (variable, file) => {
    const key = `hf_${'a'.repeat(32)}`;
    expect(find({ [variable]: key, OPENAI_API_KEY: key })).toEqual([]);
    expect(find({ OPENAI_API_KEY: key }, { [file]: `${key}\n` })).toEqual([]);
    expect(find({}, { [file]: key, '/h/.env': `HF_TOKEN=${key}` })).toEqual([]);
  });

  it('tells no key', () => {
    expect(find({ HOLDFAST_GATEWAY_KEY: `sk-ant-${random}` }).join()).not.toContain(random);
  });

  it('is in no file that is not there', () => {
    expect(find({})).toEqual([]);
  });
});
