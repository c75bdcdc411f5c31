/**
 * What a browser sees that has not been let in, and every refusal under `/ui/`: one sentence, the
 * command to type, and a field for a caller's key. Plain HTML without a script.
 */

import { hash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { formatFix, type RequestError } from '../../errors.ts';
import { inOwnWords } from '../../host/program-words.ts';
import { enterPath } from '../incoming.ts';
import { pageHeaders } from './page-headers.ts';

const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 34rem; margin: 15vh auto; padding: 0 1.5rem }
pre { padding: .75rem 1rem; border-radius: .5rem; background: light-dark(#eee, #222); white-space: pre-wrap; overflow-wrap: anywhere }
form { display: flex; flex-wrap: wrap; gap: .5rem; align-items: baseline; margin-top: 3rem }
label { flex-basis: 100% }
input { flex: 1; min-width: 12rem; padding: .4rem .6rem; font: inherit }
button { padding: .4rem 1rem; font: inherit }
`;

const policy = pageHeaders['content-security-policy'].replace(
  "style-src 'self'",
  `style-src 'sha256-${hash('sha256', style, 'base64')}'`,
);

/** Shown to a browser without a session: not an error, but the way in. */
export function askToEnter(response: ServerResponse): void {
  const command = inOwnWords('holdfast ui');
  answer(response, 401, [
    '<h1>This browser has not been let in</h1>',
    '<p>Type this in a terminal on the machine where Holdfast runs:</p>',
    `<pre>${escapeText(command)}</pre>`,
    form,
  ]);
}

/** Shown in place of JSON under `/ui/`. */
export function answerSorry(response: ServerResponse, refusal: RequestError): void {
  if (response.headersSent || response.destroyed) return;
  const { status, message, fix, headers } = refusal;
  const told = fix === undefined ? '' : `<p>To fix: ${escapeText(inOwnWords(formatFix(fix)))}</p>`;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  answer(response, status, [`<h1>${escapeText(message)}</h1>`, told, status === 401 ? form : '']);
}

/** Shown to a browser that was let in, where there are no files. */
export function answerUnbuilt(response: ServerResponse, fault: string): void {
  answer(response, 503, [
    '<h1>The page is not built</h1>',
    `<p>The gateway itself works. ${escapeText(fault)}</p>`,
    '<p>In the folder of Holdfast, then load this page again:</p>',
    '<pre>npm ci &amp;&amp; npm run build:page</pre>',
  ]);
}

const form = `<form method="post" action="${enterPath}">
<label for="key">Or see what is your own with the gateway key that you were given:</label>
<input id="key" name="key" type="password" autocomplete="off" required>
<button>Open</button>
</form>`;

function answer(response: ServerResponse, status: number, parts: readonly string[]): void {
  const body = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Holdfast</title><style>${style}</style></head>
<body>
${parts.join('\n')}
</body></html>
`;
  response.writeHead(status, {
    ...pageHeaders,
    'content-security-policy': policy,
    // With `no-referrer` a browser would not say where the form came from.
    'referrer-policy': 'same-origin',
    'content-type': 'text/html; charset=utf-8',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

function escapeText(text: string): string {
  return text.replaceAll(/[<>&"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
