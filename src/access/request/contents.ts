/**
 * Writes requests and answers to their file: cut at once, then in batches, without secrets, off the
 * request's path.
 */

import type { Clock } from '../../host.ts';
import type { RecordSettings, RequestContent, RequestRecord } from '../../model/record.ts';
import type { Headers, ReplySink, WireBody } from '../../model/request.ts';
import { RequestBytes } from '../../protocols/json/request-bytes.ts';
import { Batches } from '../../store/batches.ts';
import type { ContentFile, ContentRow } from '../../store/contents/content-file.ts';

/** Limits each request, and each answer. */
const maxBytes = 64 * 1024;
/** Above this the oldest are dropped: 16 MB. */
const maxWaiting = 128;
/** Old entries are erased this often while nothing new is kept. */
const eraseEveryMs = 3_600_000;

interface ContentParts {
  readonly clock: Clock;
  /** Absent: nothing is written to disk, and nothing is kept. */
  readonly file: ContentFile | undefined;
  readonly settings: () => RecordSettings;
  readonly redact: (text: string) => string;
  /** Of all protocols: where a model's words stand in events. */
  readonly wordFields: readonly string[];
  readonly onFault: (error: unknown) => void;
}

/**
 * The kept parts of a body. Each part is redacted on its own, because half a secret at the end of a
 * text counts too.
 */
interface Excerpt {
  readonly head: string;
  readonly leftOut: number;
  readonly tail: string;
}

type WaitingRow = Pick<ContentRow, 'id' | 'at'> & Readonly<Record<'asked' | 'answered', Excerpt>>;

/** Keeps the beginning of an answer while it is written. */
export class AnswerCopy implements ReplySink {
  readonly #sink: ReplySink;
  readonly #pieces: Buffer[] = [];
  #bytes = 0;

  constructor(sink: ReplySink) {
    this.#sink = sink;
  }

  head(status: number, headers: Headers): void {
    this.#sink.head(status, headers);
  }

  write(chunk: Uint8Array): boolean {
    this.#add(chunk);
    return this.#sink.write(chunk);
  }

  onDrain(resume: () => void): void {
    this.#sink.onDrain(resume);
  }

  end(chunk?: Uint8Array): void {
    if (chunk !== undefined) this.#add(chunk);
    this.#sink.end(chunk);
  }

  #add(chunk: Uint8Array): void {
    if (this.#bytes < maxBytes) this.#pieces.push(Buffer.from(chunk)); // its sender may reuse the memory
    this.#bytes += chunk.length;
  }

  excerpt(): Excerpt {
    const whole = Buffer.concat(this.#pieces);
    const leftOut = this.#bytes - Math.min(whole.length, maxBytes);
    return { head: whole.toString('utf8', 0, maxBytes), leftOut, tail: '' };
  }
}

export class Contents {
  readonly #parts: ContentParts;
  /** Where a model's words stand in events; the last one may have been cut. */
  readonly #words: RegExp;
  readonly #waiting: Batches<WaitingRow>;
  #erasedAt = Number.NEGATIVE_INFINITY;

  constructor(parts: ContentParts) {
    this.#parts = parts;
    const { clock, onFault, wordFields } = parts;
    this.#words = new RegExp(`"(?:${wordFields.join('|')})":\\s*"((?:[^"\\\\]|\\\\.)*)`, 'g');
    this.#waiting = new Batches({
      clock,
      write: async (rows) => this.#write(rows),
      onFault,
      limit: maxWaiting,
    });
  }

  /** Never waits and never throws. */
  keep({ id, at }: RequestRecord, asked: WireBody, answered: AnswerCopy): void {
    if (this.#parts.file === undefined) return;
    this.#waiting.add({ id, at, asked: toExcerpt(asked), answered: answered.excerpt() });
  }

  /** Finds the content of the request with this id, even if it has just ended. */
  async find(id: string): Promise<RequestContent | undefined> {
    await this.#waiting.flush();
    return this.#parts.file?.find(id);
  }

  /** Erases old entries even if nothing new is kept. Call it now and then. */
  eraseOld(): void {
    const { clock, file, settings, onFault } = this.#parts;
    if (file === undefined || clock.monotonic() - this.#erasedAt < eraseEveryMs) return;
    this.#erasedAt = clock.monotonic();
    try {
      file.eraseUntil(clock.now() - settings().keptMs);
    } catch (error) {
      onFault(error);
    }
  }

  async close(): Promise<void> {
    await this.#waiting.close();
    this.#parts.file?.close();
  }

  #write(rows: readonly WaitingRow[]): void {
    const { clock, file, settings, redact } = this.#parts;
    const clean = rows.map(({ asked, answered, ...row }) => ({
      ...row,
      asked: join(asked, redact),
      answered: join(answered, (text) => redactStream(text, redact, this.#words)),
    }));
    file?.add(clean, clock.now() - settings().keptMs);
  }
}

/** Keeps the beginning and the end of a long body: a conversation's last words are at its end. */
function toExcerpt(body: WireBody): Excerpt {
  const bytes = new RequestBytes({ body });
  const { length } = bytes;
  if (length <= maxBytes) return { head: bytes.text(0, length), leftOut: 0, tail: '' };
  const half = maxBytes / 2;
  return {
    head: bytes.text(0, half),
    leftOut: length - maxBytes,
    tail: bytes.text(length - half, length),
  };
}

function join({ head, leftOut, tail }: Excerpt, redact: (text: string) => string): string {
  const gap = leftOut === 0 ? '' : `\n[… ${leftOut} bytes left out …]\n`;
  return `${redact(head)}${gap}${redact(tail)}`;
}

/**
 * A secret that a model spreads over several events is whole in none of them: then only the words
 * are kept.
 */
function redactStream(text: string, redact: (text: string) => string, inEvents: RegExp): string {
  const clean = redact(text);
  const words = Array.from(clean.matchAll(inEvents), ([, piece]) => piece).join('');
  const cleanWords = redact(words);
  return cleanWords === words
    ? clean
    : `[a key was spread over several events; only their text is stored]\n${cleanWords}\n`;
}
