/**
 * A page for browsers in the place of an error: whoever wrote it and whatever it says, it blames no
 * key, no account and no site; but a 401 where only the API asks for a key blames the key.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCases, receivedAt } from '../../../scripts/lib/failure-corpus.ts';
import { classify as classifyOwn, type Said } from '../../../test/fakes/classify.ts';
import { markScopeOf } from '../../credentials/health/mark-policy.ts';
import { rowOfClass } from '../../failures/classes.ts';
import type { Failure } from '../../model/failure.ts';
import { isPage } from '../../protocols/body/json-body.ts';
import { describeSpeaker } from '../wording/speakers.ts';

function classify(said: Partial<Said>): Failure {
  return classifyOwn({ provider: 'ours', status: 401, now: Date.parse(receivedAt), ...said });
}

/** Words by which an API would blame a key, an account, a model or the request. */
const words = readCases().flatMap(({ answer }) =>
  answer === undefined || isPage(answer.body) ? [] : [answer.body],
);
const headings = [
  '401 Unauthorized',
  'Sign in to the network',
  'Invalid API key',
  'Access denied',
  '',
];

const doctype = fc.constantFrom(
  '<!DOCTYPE html>',
  '<!doctype HTML PUBLIC "-//W3C//DTD HTML 4.01//EN">\n',
  '',
);
const opening = fc.constantFrom(
  '<html>',
  '<HTML lang="en">',
  '<head>',
  '<body bgcolor="white">',
  '\n<center>',
);
const page = fc
  .record({
    before: fc.constantFrom('', ' ', '\ufeff', '\r\n', '<!-- gate -->'),
    doctype,
    opening,
    heading: fc.constantFrom(...headings),
    said: fc.constantFrom('', ...words),
    server: fc.constantFrom('nginx/1.24.0', 'cloudflare', 'Zscaler', 'squid/5.7', 'unheard-of'),
  })
  .map(
    ({ before, doctype: type, opening: open, heading, said, server }) =>
      `${before}${type}${open}<title>${heading}</title><h1>${heading}</h1><p>${said}</p><hr>${server}</html>`,
  );

const cells = fc.record({
  body: page,
  status: fc.constantFrom(
    400,
    401,
    402,
    403,
    404,
    405,
    407,
    413,
    429,
    451,
    500,
    502,
    503,
    511,
    522,
  ),
  isProven: fc.boolean(),
  vendor: fc.constantFrom(undefined, 'openai', 'anthropic', 'openrouter', 'zhipu', 'gemini'),
  challenge: fc.constantFrom(undefined, 'Basic realm="staff"', 'Bearer'),
});

/** Classes that blame a key, an account or what the key may use. */
const personal = [
  'auth-rejected',
  'auth-suspect',
  'auth-revoked',
  'forbidden-model',
  'forbidden-key',
  'billing',
  'quota',
];

type Cell = typeof cells extends fc.Arbitrary<infer Value> ? Value : never;

/** The status is the API's own: at a vendor's address, and where it asks for a bearer token. */
function isOfApi({ status, vendor, challenge }: Cell): boolean {
  if (status !== 401 || challenge?.startsWith('Basic')) return false;
  return vendor !== undefined || challenge === 'Bearer';
}

describe('a page for browsers', () => {
  it('with the 401 of an API blames the key, and nothing else that it says counts', () => {
    fc.assert(
      fc.property(cells.filter(isOfApi), ({ body, challenge, ...answer }) => {
        const headers = challenge === undefined ? {} : { 'www-authenticate': challenge };
        const failure = classify({ ...answer, body, headers });
        expect(failure.class).toBe(answer.isProven ? 'auth-suspect' : 'auth-rejected');
        expect(failure.message).toContain('an HTML page');
        expect([undefined, 'answered 401 (Unauthorized)']).toContain(
          describeSpeaker(failure.speaker),
        );
      }),
      { numRuns: 300, seed: 23 },
    );
  });

  it('blames neither key nor account nor model, whatever it says', () => {
    fc.assert(
      fc.property(
        cells.filter((cell) => !isOfApi(cell)),
        ({ body, challenge, ...answer }) => {
          const headers = challenge === undefined ? {} : { 'www-authenticate': challenge };
          const failure = classify({ ...answer, body, headers });
          const name = `${answer.status}: ${failure.class} by ${failure.evidence.rule}, ${body}`;
          expect(personal, name).not.toContain(failure.class);
          expect(
            markScopeOf(failure).filter((field) => field === 'fingerprint' || field === 'account'),
            name,
          ).toEqual([]);
          expect(failure.message, name).toContain('an HTML page');
          if (answer.status !== 400 && answer.status !== 413)
            expect(rowOfClass(failure.class).isRequestFault === true, name).toBe(false);
        },
      ),
      { numRuns: 2000, seed: 23 },
    );
  });

  it('that redirects is named by the host where it leads', () => {
    const redirects = fc.record({
      status: fc.constantFrom(301, 302, 303, 307, 308),
      body: fc.oneof(fc.constant(''), page),
    });
    fc.assert(
      fc.property(redirects, (answer) => {
        const headers = { location: 'https://login.test/sign-in' };
        const { message, speaker } = classify({ ...answer, headers });
        expect(message).toBe(`HTTP ${answer.status}, a redirect to login.test`);
        expect(describeSpeaker(speaker)).toContain('behind a login');
      }),
      { seed: 29 },
    );
  });

  it('means what its status says, and nothing that its words do', () => {
    fc.assert(
      fc.property(cells, ({ body, status, isProven }) => {
        const bare = classify({ status, body: '<html></html>', isProven });
        const said = classify({ status, body, isProven });
        expect([said.class, said.evidence.rule, markScopeOf(said)]).toEqual([
          bare.class,
          bare.evidence.rule,
          markScopeOf(bare),
        ]);
      }),
      { numRuns: 2000, seed: 24 },
    );
  });

  it.each([
    ['JSON under the type of a page', '{"error":{"message":"Invalid API key"}}', 'auth-rejected'],
    [
      'XML of an API',
      '<?xml version="1.0"?><Error><Code>InvalidAccessKeyId</Code></Error>',
      'auth-rejected',
    ],
    ['a sentence that begins with a code', '<401> InternalError: bad key', 'auth-rejected'],
    ['words alone', 'Unauthorized', 'auth-rejected'],
  ])('%s is not a page', (_name, body, expected) => {
    expect(classify({ body, headers: { 'content-type': 'text/html' } }).class).toBe(expected);
  });
});
