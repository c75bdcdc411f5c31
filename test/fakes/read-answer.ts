/** Reads an answer to its end, and returns what it read. */

import { ResponseReader } from '../../src/host/http1/response-reader.ts';

/** The result of reading an answer. */
export interface Reading {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly idleMs?: number;
  /** `end`, `more`, or the code of an error. */
  readonly outcome: string;
  readonly hasSurplus?: boolean;
}

/** Reads the pieces, and the end of the connection if `isClosed`. */
export function readAnswer(pieces: readonly Buffer[], isClosed: boolean): Reading {
  const reader = new ResponseReader();
  const body: Buffer[] = [];
  let outcome = 'more';
  let isBegun = false;
  const go = (): void => {
    for (let step = reader.next(); ; step = reader.next()) {
      if (step === 'head') isBegun = true;
      if (step === 'data') body.push(reader.data);
      if (step === 'more' || step === 'end') {
        outcome = step;
        return;
      }
    }
  };
  try {
    for (const piece of pieces) {
      reader.feed(piece);
      go();
    }
    if (isClosed && outcome !== 'end') {
      reader.close();
      go();
    }
  } catch (error) {
    outcome = String(Object(error).code);
  }
  if (!isBegun) return { outcome };
  const { status, headers, idleMs } = reader;
  const hasSurplus = reader.surplus.length > 0;
  return {
    status,
    headers,
    body: Buffer.concat(body).toString('latin1'),
    idleMs,
    outcome,
    hasSurplus,
  };
}
