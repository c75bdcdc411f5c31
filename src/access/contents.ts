/** What was asked and answered on its way to its file: cut at once, then in batches, without secrets, off the request's path. */

import type { Clock } from '../host.ts';
import type { RecordSettings, RequestContent, RequestRecord } from '../model/record.ts';
import type { WireBody } from '../model/request.ts';
import { RequestBytes } from '../protocols/request-bytes.ts';
import { Batches } from '../store/batches.ts';
import type { ContentFile, ContentRow } from '../store/contents/content-file.ts';

/** Of what was asked, and of what was answered. */
const mostBytes = 64 * 1024;
/** Beyond it the oldest are given up: 16 MB. */
const mostWaiting = 128;
/** How often what is too old is looked for while nothing is kept. */
const eraseEveryMs = 3_600_000;

interface ContentParts {
  readonly clock: Clock;
  /** Absent: nothing is written to disk, and nothing is kept. */
  readonly file: ContentFile | undefined;
  readonly settings: () => RecordSettings;
  readonly redact: (text: string) => string;
  readonly onFault: (error: unknown) => void;
}

/** The beginning of an answer, while it is written. */
export class AnswerCopy {
  readonly #pieces: Buffer[] = [];
  #bytes = 0;

  add(chunk: Uint8Array): void {
    if (this.#bytes < mostBytes) this.#pieces.push(Buffer.from(chunk)); // its sender may use the memory again
    this.#bytes += chunk.length;
  }

  toString(): string {
    const whole = Buffer.concat(this.#pieces);
    return `${whole.toString('utf8', 0, mostBytes)}${leftOut(this.#bytes - Math.min(whole.length, mostBytes))}`;
  }
}

export class Contents {
  readonly #parts: ContentParts;
  readonly #waiting: Batches<ContentRow>;
  #erasedAt = Number.NEGATIVE_INFINITY;

  constructor(parts: ContentParts) {
    this.#parts = parts;
    this.#waiting = new Batches(parts.clock, async (rows) => this.#write(rows), parts.onFault);
  }

  /** Never waits and never throws. */
  keep({ id, at }: RequestRecord, asked: WireBody, answered: AnswerCopy): void {
    if (this.#parts.file === undefined) return;
    if (this.#waiting.size >= mostWaiting) this.#waiting.dropOldest();
    this.#waiting.add({ id, at, asked: cut(asked), answered: answered.toString() });
  }

  /** Of the request with this id, also of one that has just ended. */
  async find(id: string): Promise<RequestContent | undefined> {
    await this.#waiting.flush();
    return this.#parts.file?.find(id);
  }

  /** What is too old goes, also where nothing new is kept. To be called now and then. */
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

  #write(rows: readonly ContentRow[]): void {
    const { clock, file, settings, redact } = this.#parts;
    const clean = rows.map(({ asked, answered, ...row }) => ({
      ...row,
      asked: redact(asked),
      answered: redact(answered),
    }));
    file?.add(clean, clock.now() - settings().keptMs);
  }
}

/** Its beginning and its end, where it is long: the last words stand at the end of a conversation. */
function cut(body: WireBody): string {
  const bytes = new RequestBytes(body);
  const { length } = bytes;
  if (length <= mostBytes) return bytes.text(0, length);
  const half = mostBytes / 2;
  return `${bytes.text(0, half)}${leftOut(length - mostBytes)}${bytes.text(length - half, length)}`;
}

function leftOut(bytes: number): string {
  return bytes === 0 ? '' : `\n[… ${bytes} bytes left out …]\n`;
}
