import { expect, it } from 'vitest';
import { readSentence } from './json-body.ts';

it.each([
  [
    "ngrok's, for readers without scripts",
    '<html><head><meta name="description" content="not a word of it"><noscript>This account has reached its limit for the month. (ERR_NGROK_727)</noscript><script>var no = "error in the limit of it";</script></head><body></body></html>',
    'This account has reached its limit for the month. (ERR_NGROK_727)',
  ],
  [
    "Cloudflare's, behind headings and a menu",
    '<html><head><title>a.test | 500: error</title></head><body><h1>Internal server error</h1><p>Visit <a href="https://b.test">our page</a> for more information.</p><div>Host</div><h2>What happened?</h2><p>There is an internal server error on\n Cloudflare&rsquo;s network.</p><p>Please do not go.</p></body></html>',
    "There is an internal server error on Cloudflare's network.",
  ],
  ['the title again', '<title>This page is not there</title><h1>This page is not there</h1>', ''],
  [
    'a title with an apostrophe',
    '<title>You can&#39;t do this here</title><h1>You can&#39;t do this here</h1>',
    '',
  ],
  [
    'a long title',
    `<title>It is not ${'so '.repeat(40)}</title><h1>It is not ${'so '.repeat(40)}</h1>`,
    '',
  ],
  ['no trouble in it', '<body><p>Welcome to the pages of our company</p></body>', ''],
  ['two words', '<html><center><h1>Access denied</h1></center><hr>nginx</html>', ''],
  ['quotation marks', '<p>This &quot;thing&quot; is not here</p>', 'This thing is not here'],
  [
    'a sentence that does not end',
    `<p>It is not ${'so '.repeat(90)}</p>`,
    `${`It is not ${'so '.repeat(90)}`.slice(0, 160)}…`,
  ],
])('reads what a person would read of a page: %s', (_what, page, sentence) => {
  expect(readSentence(page)).toBe(sentence);
});

it('reads a page of many tags that never end in time', () => {
  const startedAt = process.hrtime.bigint();
  readSentence(`<html>${'<script '.repeat(30_000)}${'<!-- '.repeat(30_000)}`);
  expect(Number(process.hrtime.bigint() - startedAt) / 1e6).toBeLessThan(2000);
});
