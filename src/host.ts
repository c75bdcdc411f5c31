/**
 * The one door to the outside: clock, random, upstream dispatch, files, environment, programs, the
 * keychain. Everything else takes a `Host`, so every decision can be replayed by a fake one. The
 * real host is `host/node-host.ts`.
 */

import type { Headers, Upload, WireBody } from './model/request.ts';

/** Time. Epoch milliseconds from `now`; `monotonic` never jumps. */
export interface Clock {
  now(): number;
  monotonic(): number;
  /** Resolves after `ms`; rejects with the signal's reason as soon as it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls back once after `ms` unless cancelled; keeps no process alive. */
  startTimer(ms: number, onFire: () => void): Timer;
  /**
   * Calls back, with all others who asked, when this turn of the event loop is over: all that had
   * arrived as it began has been looked at.
   */
  afterTurn(callback: () => void): void;
}

export interface Timer {
  cancel(): void;
}

/** One request to a provider, as it goes on the wire. */
export interface UpstreamRequest {
  readonly origin: string;
  /** Path with query. */
  readonly path: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly headers: Headers;
  readonly body?: WireBody | undefined;
  /**
   * In place of a body; it wants a fresh connection, on which nobody else's request is lost with
   * it.
   */
  readonly upload?: Upload | undefined;
  /** Asks for a connection that was not used before. */
  readonly freshConnection?: boolean;
}

/**
 * What the provider does, as it happens: an answer that comes compressed is unpacked on its way.
 * After `onEnd` or `onError` nothing more comes.
 */
export interface UpstreamHandler {
  onHead(status: number, headers: Headers): void;
  onData(chunk: Buffer): void;
  onEnd(): void;
  /**
   * `isUnsent`: the request was not sent, or not to its end, so that nobody can have carried it
   * out.
   */
  onError(error: Error, isUnsent: boolean): void;
  /**
   * It was sent once more: the other side had given up the idle connection to which it was written.
   */
  onResent?(): void;
}

/** A request under way. `abort` silences the handler: no callback follows it. */
export interface UpstreamCall {
  pause(): void;
  resume(): void;
  abort(): void;
}

export type Dispatch = (request: UpstreamRequest, handler: UpstreamHandler) => UpstreamCall;

/** Identity of a file's content: it changes whenever the file was written or replaced. */
export interface FileStamp {
  /** Device, inode, size, mtime and ctime in nanoseconds, as one comparable text. */
  readonly identity: string;
  /** Device and inode: which file it is, whatever its content. */
  readonly file: string;
  /** Epoch ms. */
  readonly modifiedAt: number;
  readonly mode: number;
  readonly bytes: number;
}

/** Files, always by absolute path. Small ones only: reads are synchronous. */
export interface Files {
  /** Undefined when the file does not exist; throws when it cannot be looked at. */
  stamp(path: string): FileStamp | undefined;
  readText(path: string): string;
  readBytes(path: string): Uint8Array;
  /**
   * As `readText`, for what is written again: throws, with the line, for what is not UTF-8 and
   * would not come back as it was.
   */
  readExactText(path: string): string;
  /**
   * Writes beside and renames, with fsync: old or new content, never a mixture; through a link,
   * what it points at. Mode 0600 unless said, folders 0700.
   */
  writeAtomic(path: string, content: string, mode?: number): void;
  /** Creates with 0600; false when the file was there already. */
  createExclusive(path: string, content: string): boolean;
  /**
   * Adds to the end of a file, which is made with 0600 where there is none, its folder with 0700.
   * The only write that waits for no disk.
   */
  append(path: string, text: string): Promise<void>;
  /** Names in a folder; none where there is no folder. */
  list(folder: string): readonly string[];
  /** Removes a file; nothing happens when there is none. */
  remove(path: string): void;
  /**
   * Bytes that we may still write on the disk where a folder is; undefined where that cannot be
   * known.
   */
  spaceLeft(folder: string): number | undefined;
  /**
   * Calls back after changes in a folder, at the earliest 250 ms later; best effort, only for
   * waking up.
   */
  watch(folder: string, onChange: () => void): { close(): void };
}

export interface Environment {
  get(name: string): string | undefined;
  /** Every variable that is set, as of now. */
  all(): Readonly<Record<string, string>>;
}

/** How a program is run: once, to its end, with its input closed. */
export interface RunOptions {
  /** Gives the command, joined by spaces, to `/bin/sh -c`; otherwise no shell sees it. */
  readonly shell: boolean;
  readonly timeoutMs: number;
  /** Bytes of output; a program that prints more is ended. */
  readonly outputLimit: number;
  /** All that the program inherits. */
  readonly environment: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** How a program ended. Unless it ended by itself, its whole process group was ended. */
export type RunResult =
  | {
      readonly ended: 'exited';
      readonly status: number;
      readonly output: string;
      readonly errorOutput: string;
    }
  | {
      readonly ended: 'signalled' | 'timed-out' | 'output-too-long' | 'aborted';
      readonly errorOutput: string;
    }
  /** `shortage`: the system's code, where it has nothing left to start a program with. */
  | {
      readonly ended: 'not-started';
      readonly reason: string;
      readonly shortage?: string | undefined;
    };

/** Runs a program; never rejects. Of its error output the first 2 kB are kept. */
export type Run = (command: readonly string[], options: RunOptions) => Promise<RunResult>;

/** What the system's keychain says about one entry. */
export type KeychainReading =
  | { readonly state: 'found'; readonly value: string }
  | { readonly state: 'absent' }
  /** The optional package that opens the keychain is missing. */
  | { readonly state: 'not-installed' }
  /** Locked, not running, or refused. */
  | { readonly state: 'failed'; readonly reason: string };

/** The system's keychain; asking may take as long as a person needs to unlock it. */
export interface Keychain {
  /** Never rejects. */
  read(service: string, account: string): Promise<KeychainReading>;
}

/** What the certificate of a server says. */
export interface CertificateReading {
  /** Who has signed it, by name. */
  readonly issuer: string;
  /** Epoch ms. */
  readonly endsAt: number;
  /** The code of what is wrong with it. Absent: it is trusted. */
  readonly fault?: string;
  /**
   * It is not trusted by Node, and would be by the certificates of this machine. Default: false.
   */
  readonly isTrustedBySystem?: true;
}

export interface Host {
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  random(): number;
  /** An unguessable URL-safe text of `bytes` random bytes. */
  randomToken(bytes: number): string;
  readonly dispatch: Dispatch;
  /**
   * Opens a connection to a server as a request would, by the same way and within the same time,
   * and closes it: nothing is sent. Rejects where there is none.
   */
  readonly tryConnection: (origin: string) => Promise<void>;
  /**
   * Shakes hands with a server as a request would, sends nothing, and trusts nobody for it. Rejects
   * where there is no TLS.
   */
  readonly readCertificate: (origin: string) => Promise<CertificateReading>;
  readonly files: Files;
  readonly environment: Environment;
  readonly run: Run;
  readonly keychain: Keychain;
  /**
   * Four letters that stand for this machine and home, the same after each start: every request id
   * begins with them.
   */
  readonly member: string;
  /** Names this process to others on the same machine. */
  readonly processId: number;
  /** The absolute path of the Node that runs us. */
  readonly executable: string;
  /** `linux`, `darwin`, `win32`, as Node names it. */
  readonly platform: string;
  close(): Promise<void>;
}
