/**
 * One GET to a gateway for its status: for `holdfast health`, which a container starts every few
 * seconds. Over a bare socket: `node:http` takes as long to load as Node itself to start.
 */

import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import type { Headers } from '../model/request.ts';
import { parseResponseHead } from './http1/response-head.ts';

export interface AskedStatus {
  /** Absent: nobody answered. */
  readonly status?: number;
  /** By their names in lower case. */
  readonly headers: Headers;
  /** The system's code, `timeout`, or what came was no HTTP. */
  readonly fault?: string;
  /** What was sent in the header. */
  readonly challenge: string;
}

/** More than any head that a gateway of ours sends. */
const longestHead = 16_384;

/** Never rejects. `header` gets a value that nobody has sent before. */
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
    socket.on('error', (error) => fail('code' in error ? String(error.code) : error.message));
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
    return { headers: {}, fault: 'it does not speak HTTP' }; // whatever the reader of heads calls it
  }
}
