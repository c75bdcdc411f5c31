/**
 * A vendor's own codes and words, as they come through a gateway or from an address that nobody
 * knows: they mean what they mean at the vendor, unless other vendors mean something else by them.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCases } from '../../../scripts/lib/failure-corpus.ts';
import { classify } from '../../../test/fakes/classify.ts';
import { rowOfClass } from '../../failures/classes.ts';
import type { FailureClass } from '../../model/failure.ts';
import { factsOfAnswer } from './classify.ts';
import { matchSignature } from './match-signature.ts';

const neutral = 'The kettle is being descaled.';

const codes: readonly (readonly [code: string, meant: FailureClass])[] = [
  ['Arrearage', 'billing'],
  ['PrepaidBillOverdue', 'billing'],
  ['PostpaidBillOverdue', 'billing'],
  ['CommodityNotPurchased', 'billing'],
  ['AllocationQuota.FreeTierOnly', 'not-in-plan'],
  ['ServiceQuotaExceeded', 'quota'],
  ['previous_response_not_found', 'bad-request'],
  ['tool_use_failed', 'malformed'],
];

const words: readonly (readonly [status: number, text: string, meant: FailureClass])[] = [
  [402, 'You requested up to 65536 tokens, but can only afford 30104.', 'too-dear'],
  [403, "Your newly created team doesn't have any credits or licenses yet.", 'billing'],
  [400, 'Function call is missing a thought_signature in functionCall parts.', 'foreign-history'],
  [403, "You've reached your usage limit for this billing cycle.", 'quota'],
  [400, 'Access denied, please make sure your account is in good standing.', 'billing'],
  [400, "Account abnormal. Please ensure it's on good standing.", 'billing'],
  // too little, or meant otherwise elsewhere
  [404, 'The image is not on this page.', 'not-offered'],
  [403, 'The account was flagged.', 'forbidden-key'],
  [400, 'The location of the file is unknown.', 'refused-request'],
  [429, 'You have exceeded your usage limits.', 'rate-limit'],
];

describe("a vendor's own words from another mouth", () => {
  it.each(codes)('code %s means %s, in each form and with each status', (code, meant) => {
    fc.assert(
      fc.property(
        fc.constantFrom('custom', 'litellm', 'openrouter', 'azure'),
        fc.constantFrom(400, 403, 429),
        fc.constantFrom<(code: string) => object>(
          (one) => ({ error: { message: neutral, type: null, code: one } }),
          (one) => ({ error: { code: one, message: neutral } }),
          (one) => ({ code: one, message: neutral, request_id: 'x' }),
          (one) => ({ statusCode: 400, message: neutral, code: one, isJson: true }),
        ),
        (provider, status, wrap) => {
          expect(classify({ provider, status, body: wrap(code) }).class).toBe(meant);
        },
      ),
    );
  });

  it.each(words)('%i "%s" means %s', (status, message, meant) => {
    expect(classify({ provider: 'custom', status, body: { error: { message } } }).class).toBe(
      meant,
    );
  });

  it('keeps numbers, keys and models to the vendor that says them', () => {
    for (const code of [
      '1113',
      '1308',
      'AccessDenied',
      'access_denied',
      'MissingAuthenticationToken',
    ])
      expect(
        classify({ provider: 'custom', status: 400, body: { error: { code, message: neutral } } })
          .class,
      ).toBe('refused-request');
  });

  it('never blames money elsewhere for what its vendor says of something else', () => {
    const isOfMoney = (found: FailureClass | undefined): boolean =>
      found !== undefined && rowOfClass(found).heldAgainst === 'money';
    const wrong = readCases().flatMap(({ answer }) => {
      if (answer === undefined) return [];
      const own = matchSignature(factsOfAnswer(answer));
      const there = matchSignature(
        factsOfAnswer({ ...answer, provider: 'custom', vendor: undefined }),
      );
      const isNew = there !== undefined && there.provider !== '*' && there.provider !== 'custom';
      return isNew && isOfMoney(there.class) && !isOfMoney(own?.class)
        ? [`${answer.provider}: ${own?.id} → ${there.id}`]
        : [];
    });
    expect(wrong).toEqual([]);
  });
});
