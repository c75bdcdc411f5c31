/** Writes a request to its socket (step 3 of a request): in one system call where it can be, and no large piece copied. */

import type { Socket } from 'node:net';
import type { Upload, WireBody } from '../../model/request.ts';

/** A request as it is written. */
export interface Message {
  /** Latin1, with the empty line at its end. */
  readonly head: string;
  readonly body: WireBody | undefined;
  /** Default: none. */
  readonly upload?: Upload | undefined;
}

/** Up to here one copy costs less than a list of pieces for the system: an eighth of a request of 1 kB, nothing at 16 kB, and more from there. */
const longestJoined = 16 * 1024;

export function writeRequest(socket: Socket, { head, body, upload }: Message): void {
  if (upload !== undefined) {
    socket.write(head, 'latin1');
    upload.sendTo(socket);
  } else if (body === undefined) socket.write(head, 'latin1');
  else if (!Buffer.isBuffer(body)) writePieces(socket, head, body);
  else if (body.length > longestJoined) writePieces(socket, head, [body]);
  else socket.write(join(head, body));
}

function join(head: string, body: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(head.length + body.length);
  bytes.write(head, 'latin1');
  body.copy(bytes, head.length);
  return bytes;
}

function writePieces(socket: Socket, head: string, pieces: readonly Buffer[]): void {
  socket.cork();
  socket.write(head, 'latin1');
  for (const piece of pieces) socket.write(piece);
  socket.uncork();
}
