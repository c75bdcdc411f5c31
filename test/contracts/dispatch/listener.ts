/**
 * Hears one answer, and checks while it does that a call keeps its word: head, data, one end, and
 * nothing after it.
 */

import type {
  Dispatch,
  UpstreamCall,
  UpstreamHandler,
  UpstreamRequest,
} from '../../../src/host.ts';
import type { Scene } from './scene.ts';

export class Listener implements UpstreamHandler {
  status = 0;
  headers: Readonly<Record<string, string>> = {};
  chunks: Buffer[] = [];
  length = 0;
  error: (Error & { readonly code?: string }) | undefined;
  /** The request was not sent to its end, by what was told with the error. */
  isUnsent = false;
  /** What came when nothing may come. */
  readonly broken: string[] = [];
  /** Called with each piece of data. */
  onPiece: (chunk: Buffer) => void = () => undefined;
  isSilenced = true;
  /** What was told of a new connection: false while it is being opened, true when it is open. */
  readonly connection: boolean[] = [];
  readonly #over = Promise.withResolvers<this>();
  readonly #begun = Promise.withResolvers<this>();
  #isOver = false;

  /** Resolves at the end, good or bad. */
  get over(): Promise<this> {
    return this.#over.promise;
  }

  /** Resolves with the head. */
  get begun(): Promise<this> {
    return this.#begun.promise;
  }

  get text(): string {
    return Buffer.concat(this.chunks).toString();
  }

  onConnection(isOpen: boolean): void {
    this.#note('connection', this.status !== 0);
    this.connection.push(isOpen);
  }

  onHead(status: number, headers: Readonly<Record<string, string>>): void {
    this.#note('head', this.status !== 0);
    this.status = status;
    this.headers = headers;
    this.#begun.resolve(this);
  }

  onData(chunk: Buffer): void {
    this.#note('data', this.status === 0);
    this.chunks.push(chunk);
    this.length += chunk.length;
    this.onPiece(chunk);
  }

  onEnd(): void {
    this.#note('end', this.status === 0);
    this.#isOver = true;
    this.#over.resolve(this);
  }

  onError(error: Error, isUnsent: boolean): void {
    this.#note('error', false);
    this.isUnsent = isUnsent;
    this.#isOver = true;
    this.error = error;
    this.#over.resolve(this);
  }

  #note(what: string, isWrong: boolean): void {
    if (this.isSilenced) this.broken.push(`${what} while nothing may come`);
    if (this.#isOver) this.broken.push(`${what} after the end`);
    if (isWrong) this.broken.push(`${what} out of turn`);
  }
}

/** Sends a request, and listens. */
export function ask(
  dispatch: Dispatch,
  request: Partial<UpstreamRequest> & { readonly origin: string },
  listener: Listener = new Listener(),
): { readonly call: UpstreamCall; readonly heard: Listener } {
  const call = dispatch({ path: '/v1/x', method: 'GET', headers: {}, ...request }, listener);
  listener.isSilenced = false;
  return { call, heard: listener };
}

/**
 * Hears one answer as who pauses at every piece, and before the first until the provider has long
 * said all of it.
 */
export async function hearPausing({
  dispatch,
  provider,
}: Pick<Scene, 'dispatch' | 'provider'>): Promise<Listener> {
  const listener = new Listener();
  const { call, heard } = ask(dispatch, { origin: provider.origin }, listener);
  call.pause();
  listener.onPiece = () => {
    call.pause();
    void turns(20).then(() => call.resume());
  };
  await until(() => provider.requests.length === 1);
  await turns(50);
  call.resume();
  return heard.over;
}

/** Lets the event loop turn so often: enough for what is under way on this machine. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Resolves when the claim holds; looks again at each turn of the event loop. */
export async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve));
}
