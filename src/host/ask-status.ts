/**
 * Asks a gateway for its status with one GET. `holdfast health` uses it, which a container starts
 * every few seconds: a bare socket, since `node:http` takes as long to load as Node itself.
 */

import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { codeOf } from '../errors.ts';
import type { Headers } from '../model/request.ts';
import { parseResponseHead } from './http1/response-head.ts';

export interface AskedStatus {
  /** It is absent if no answer came. */
  readonly status?: number;
  /** Names are in lower case. */
  readonly headers: Headers;
  /** The system's error code, `timeout`, or a remark that the answer is not HTTP. */
  readonly fault?: string;
  /** Is the random value sent in `header`. */
  readonly challenge: string;
}

/** Larger than any head our gateway sends. */
const longestHead = 16_384;

/** Never rejects. Sends a fresh random value in `header`. */
export function askStatus(
  url: URL,
  { header, timeoutMs }: { readonly header: string; readonly timeoutMs: number },
): Promise<AskedStatus> {
  const challenge = randomBytes(16).toString('base64url');
  return new Promise((resolve) => {
    let head = '';
    const socket = connect({
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: Number(url.port || 80),
    });
    const settle = (answer: Omit<AskedStatus, 'challenge'>): void => {
      socket.destroy();
      resolve({ ...answer, challenge });
    };
    const fail = (fault: string): void => settle({ headers: {}, fault });
    socket.setTimeout(timeoutMs, () => fail('timeout'));
    socket.on('error', (error) => fail(codeOf(error) ?? error.message));
    socket.on('data', (chunk) => {
      head += chunk.toString('latin1');
      if (head.includes('\r\n\r\n') || head.length > longestHead) settle(readStatusHead(head));
    });
    socket.on('end', () => fail('it closed the connection'));
    socket.write(
      `GET ${url.pathname} HTTP/1.1\r\nhost: ${url.host}\r\n${header}: ${challenge}\r\nconnection: close\r\n\r\n`,
    );
  });
}

function readStatusHead(text: string): Omit<AskedStatus, 'challenge'> {
  try {
    const { status, headers } = parseResponseHead(text.slice(0, text.indexOf('\r\n\r\n') + 2));
    return { status, headers };
  } catch {
    // the parser's own error code does not matter here
    return { headers: {}, fault: 'it does not speak HTTP' };
  }
}
