/** What mends what programs of one's own say, and never of a vendor's server. */

import { describe, expect, it } from 'vitest';
import type { FailureClass } from '../../model/failure.ts';
import { fixKnown } from './words-fix.ts';

const own = { provider: 'box', model: 'm', baseUrl: 'http://10.0.0.5:8000/v1' };
const vendors = { ...own, baseUrl: 'https://api.openai.com/v1' };

const large = 'HTTP 413 with an HTML page of';
const cases: readonly (readonly [cause: FailureClass, words: string, fix: RegExp])[] = [
  ['timeout', 'HTTP 408 with an empty body', /did not get the whole request in the time/],
  ['timeout', 'HTTP 408 with an HTML page of an nginx proxy', /raise that limit of an nginx proxy/],
  ['too-large', `${large} an nginx proxy, titled "413 R"`, /^an nginx .*\(client_max_body_size\)/],
  ['too-large', `${large} an Apache proxy`, /^an Apache proxy in front .*\(LimitRequestBody\)/],
  ['too-large', `${large} Cloudflare`, /^Cloudflare in front .*\(100 MB on most plans\)/],
  ['too-large', `${large} an HAProxy`, /^an HAProxy in front .* have its limit raised; the model/],
  ['too-large', 'FUNCTION_PAYLOAD_TOO_LARGE', /^Vercel in front .*\(4\.5 MB, which nobody can/],
  ['not-offered', 'Method Not Allowed', /let providers\.box\.base_url lead to the API beside it/],
  ['not-offered', 'HTTP 405 with an HTML page', /under \/api at Open WebUI/],
  ['server-error', 'The model has crashed without additional information.', /^load m again/],
  ['server-error', 'EngineCore encountered an issue.', /start the server .* again/],
];

describe('words of a server of one’s own', () => {
  it.each(cases)('%s "%s"', (cause, words, fix) => {
    expect(fixKnown(cause, words, own)?.text).toMatch(fix);
    expect(fixKnown(cause, words, vendors)).toBeUndefined();
  });

  it.each<readonly [FailureClass, string, RegExp]>([
    ['forbidden-key', 'Use of API key is not enabled in the environment.', /ENABLE_API_KEYS=true/],
    ['not-enabled', 'Template error: template not found', /--chat-template FILE of vLLM/],
  ])('whoever says it: %s "%s"', (cause, words, fix) => {
    expect(fixKnown(cause, words, own)?.text).toMatch(fix);
  });

  it.each(['HTTP 413 with an HTML page', 'HTTP 413 with an empty body', 'too many tokens'])(
    'says nothing of bytes where an API may mean tokens: %s',
    (words) => {
      expect(fixKnown('too-large', words, own)).toBeUndefined();
    },
  );

  it('of Azure alone a query api-version', () => {
    const azure = { ...own, baseUrl: 'https://r.openai.azure.com/openai/deployments/d' };
    expect(fixKnown('not-offered', 'Resource not found', azure)?.command).toContain(
      'providers.box.query.api-version',
    );
    expect(fixKnown('not-offered', 'Resource not found', own)).toBeUndefined();
  });
});
