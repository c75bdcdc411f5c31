/** A header that our own configuration adds is named where a refusal is about it. */

import { describe, expect, it } from 'vitest';
import { classify } from '../../../test/fakes/classify.ts';
import { findNamedHeader } from './named-header.ts';

const added = {
  'openai-organization': 'org-zzz',
  'openai-project': 'proj_yyy',
  'cf-access-client-id': 'abc.access',
  'x-team': 'red',
};

describe('a header of our configuration', () => {
  it.each([
    ['OpenAI-Organization header should match organization for API key', 'openai-organization'],
    ['No such organization: org-zzz.', 'openai-organization'],
    ['openai_project is not known', 'openai-project'],
    ['Project `proj_yyy` has been archived', 'openai-project'],
    ['the Cf Access Client Id is wrong', 'cf-access-client-id'],
    ['unknown X-Team', 'x-team'],
  ])('is named by its name or its value: %s', (words, name) => {
    expect(findNamedHeader(words, added)).toBe(name);
  });

  it.each(['Incorrect API key provided', 'the red team has no access', 'organization', ''])(
    'is not guessed: %s',
    (words) => {
      expect(findNamedHeader(words, added)).toBeUndefined();
      expect(findNamedHeader(words)).toBeUndefined();
    },
  );
});

describe('a word that is there by chance', () => {
  it.each([
    ['Incorrect API key. Find yours at https://platform.openai.com/', { 'x-client': 'openai' }],
    ['this server does not accept the key', { accept: 'text/html' }],
    ['the ex-teams have no access', { 'x-team': 'red' }],
    ['the key of org-zzz9 is wrong', { 'openai-organization': 'org-zzz' }],
    ['a - b', { 'x-line': '------' }],
  ])('names no header: %s', (said, headers) => {
    expect(findNamedHeader(said, headers)).toBeUndefined();
  });
});

const words = 'OpenAI-Organization header should match organization for API key';

function judge(status: number, added?: Readonly<Record<string, string>>, code?: string) {
  return ({ isProven }: { readonly isProven: boolean }) => {
    const body = { error: { message: words, code } };
    const { class: cause, evidence } = classify({ added, status, body, isProven });
    return [cause, evidence.adjustedBy];
  };
}

describe('a refusal that names it', () => {
  it('is not held against the key as such, whatever its status and code', () => {
    for (const isProven of [false, true])
      for (const status of [400, 401, 403])
        for (const code of ['invalid_api_key', 'authentication_error', 'mismatched_organization'])
          expect(judge(status, added, code)({ isProven })).toEqual([
            'forbidden-feature',
            'header-named',
          ]);
    for (const isProven of [false, true])
      for (const status of [401, 403])
        expect(judge(status, added)({ isProven })).toEqual(['forbidden-feature', 'header-named']);
  });

  it('is one of the key where we add no such header', () => {
    expect(judge(401)({ isProven: false })).toEqual(['auth-rejected', undefined]);
    expect(judge(401)({ isProven: true })).toEqual(['auth-suspect', 'proven-key']);
    expect(judge(401, { 'x-title': 'a' })({ isProven: false })[0]).toBe('auth-rejected');
  });
});
