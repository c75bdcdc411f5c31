/**
 * The one door to the outside: clock, random, upstream dispatch, files, environment, programs, the
 * keychain. Everything else takes a `Host`, so a fake one can replay every decision. The real host
 * is `host/node-host.ts`.
 */

import type { Fix } from './model/fix.ts';
import type { Headers, Upload, WireBody } from './model/request.ts';

/** `now` returns epoch milliseconds; `monotonic` never jumps. */
export interface Clock {
  now(): number;
  monotonic(): number;
  /** Resolves after `ms`; rejects with the signal's reason as soon as it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls back once after `ms` unless cancelled; does not keep the process alive. */
  startTimer(ms: number, onFire: () => void): Timer;
  /**
   * Calls back at the end of this turn of the event loop, when everything that had arrived at its
   * start has been handled.
   */
  afterTurn(callback: () => void): void;
}

export interface Timer {
  cancel(): void;
}

/** One request to a provider, as it is sent. */
export interface UpstreamRequest {
  readonly origin: string;
  /** Includes the query. */
  readonly path: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly headers: Headers;
  readonly body?: WireBody | undefined;
  /**
   * Replaces the body. It needs a fresh connection, so that a broken upload harms no other request.
   */
  readonly upload?: Upload | undefined;
  /** Demands a connection that was not used before. */
  readonly freshConnection?: boolean;
}

/**
 * Receives what the provider sends, unpacked if it was compressed. After `onEnd` or `onError`
 * nothing more comes.
 */
export interface UpstreamHandler {
  onHead(status: number, headers: Headers): void;
  onData(chunk: Buffer): void;
  onEnd(): void;
  /** `isUnsent`: the request was not sent completely, so it cannot have been carried out. */
  onError(error: Error, isUnsent: boolean): void;
  /**
   * A new connection is being opened for the request, and later: it is open. Not called for a
   * connection that was used before.
   */
  onConnection?(isOpen: boolean): void;
  /**
   * The request was sent once more: the other side had closed the idle connection it was written
   * to.
   */
  onResent?(): void;
}

/** `abort` silences the handler: no callback follows. */
export interface UpstreamCall {
  pause(): void;
  resume(): void;
  abort(): void;
}

export type Dispatch = (request: UpstreamRequest, handler: UpstreamHandler) => UpstreamCall;

/** Identifies a file's content: it changes whenever the file is written or replaced. */
export interface FileStamp {
  /** Joins device, inode, size, mtime and ctime in nanoseconds. */
  readonly identity: string;
  /** Joins device and inode: the same file keeps it, whatever its content. */
  readonly file: string;
  readonly modifiedAt: number;
  readonly mode: number;
  /** No folder has it any more: it is mounted alone, and its origin was replaced. */
  readonly isUnlinked?: true;
  /** Another user owns it: only they, or root, change its mode. Default: false. */
  readonly isForeign?: true;
  readonly bytes: number;
}

/** Takes absolute paths. Small files only: reads are synchronous. */
export interface Files {
  /** Returns undefined if the file does not exist; throws if it is not accessible. */
  stamp(path: string): FileStamp | undefined;
  readText(path: string): string;
  readBytes(path: string): Uint8Array;
  /**
   * Like `readText`, for a text that is written back: throws, with the line, for invalid UTF-8,
   * which would come back changed.
   */
  readExactText(path: string): string;
  /**
   * Writes a temporary file with fsync and renames it, so that readers see the old or the new
   * content; follows a link. Default mode 0600, folders 0700.
   */
  writeAtomic(path: string, content: string, mode?: number): void;
  /** Creates the file with 0600; returns false if it already exists. */
  createExclusive(path: string, content: string): boolean;
  /**
   * Appends to a file; creates it with 0600 if missing, its folder with 0700. The only write that
   * does not wait for the disk.
   */
  append(path: string, text: string): Promise<void>;
  /** Lists the names in a folder; empty if there is no folder. */
  list(folder: string): readonly string[];
  /** Removes a file; does nothing if there is none. */
  remove(path: string): void;
  /** Returns why nothing can be written in a folder, or it cannot be made; undefined if it can. */
  findWriteFault(folder: string): unknown;
  /**
   * Returns why the file at a path cannot be read and written, or why none can be there: a folder
   * stands there, a link leads nowhere, a part of the path is a file. Undefined if all is well.
   */
  findFileFault(path: string): unknown;
  /** Bytes that we may still write on the disk of a folder; undefined if unknown. */
  spaceLeft(folder: string): number | undefined;
  /**
   * Calls back after changes in a folder, 250 ms later at the earliest. Best effort: use it only as
   * a wake-up.
   */
  watch(folder: string, onChange: () => void): { close(): void };
}

export interface Environment {
  get(name: string): string | undefined;
  /** Returns every variable that is set now. */
  all(): Readonly<Record<string, string>>;
}

/** Runs a program once, to its end, with its input closed. */
export interface RunOptions {
  /** Passes the command, joined by spaces, to `/bin/sh -c`; otherwise there is no shell. */
  readonly shell: boolean;
  readonly timeoutMs: number;
  /** In bytes; a program that prints more is killed. */
  readonly outputLimit: number;
  /** The program gets exactly these variables. */
  readonly environment: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** Tells how a program ended. Unless it exited by itself, its process group was killed. */
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
  /** `shortage`: the system's code, if it lacks the resources to start a program. */
  | {
      readonly ended: 'not-started';
      readonly reason: string;
      readonly fix?: Fix;
      readonly shortage?: string | undefined;
    };

/** Runs a program; never rejects. The first 2 kB of its error output are kept. */
export type Run = (command: readonly string[], options: RunOptions) => Promise<RunResult>;

export type KeychainReading =
  | { readonly state: 'found'; readonly value: string }
  | { readonly state: 'absent' }
  /** The optional keychain package is missing. */
  | { readonly state: 'not-installed' }
  /** No keychain runs here. */
  | { readonly state: 'not-running'; readonly reason: string }
  /** The keychain is locked, or refused. */
  | { readonly state: 'failed'; readonly reason: string };

/** The system's keychain; it may take as long as a person needs to unlock it. */
export interface Keychain {
  /** Never rejects. */
  read(service: string, account: string): Promise<KeychainReading>;
}

export interface CertificateReading {
  /** Names the signer. */
  readonly issuer: string;
  /** Epoch ms. */
  readonly startsAt: number;
  readonly endsAt: number;
  /** The code of its fault. Absent: it is trusted. */
  readonly fault?: string;
  /** Node does not trust it, but the certificates of this machine would. Default: false. */
  readonly isTrustedBySystem?: true;
  /** It names other hosts only. Default: false. */
  readonly isForOther?: true;
}

export interface Host {
  readonly clock: Clock;
  /** Returns a number in [0, 1), uniformly distributed. */
  random(): number;
  /** Returns an unguessable URL-safe text of `bytes` random bytes. */
  randomToken(bytes: number): string;
  readonly dispatch: Dispatch;
  /**
   * Connects to a server as a request would, by the same way and within the same time, and closes
   * without sending. Rejects if it cannot connect.
   */
  readonly tryConnection: (origin: string) => Promise<void>;
  /**
   * Makes a TLS handshake as a request would, sends nothing, and needs no trust. Rejects if there
   * is no TLS.
   */
  readonly readCertificate: (origin: string) => Promise<CertificateReading>;
  readonly files: Files;
  readonly environment: Environment;
  /** Returns a variable and removes it, so that programs started later do not inherit it. */
  takeVariable(name: string): string | undefined;
  readonly run: Run;
  /**
   * Opens a file in an editor, a shell command, on this terminal. Resolves with its exit status;
   * undefined if it did not start or was killed.
   */
  readonly edit: (editor: string, path: string) => Promise<number | undefined>;
  readonly keychain: Keychain;
  /**
   * Four letters that identify this machine and home across restarts. Every request id starts with
   * them.
   */
  readonly member: string;
  /** The name of this machine. */
  readonly machine: string;
  /** Other processes of the same machine know this one by it. */
  readonly processId: number;
  /** Is the absolute path of the running Node. */
  readonly executable: string;
  /** Has the values of `process.platform`: `linux`, `darwin`, `win32`. */
  readonly platform: string;
  close(): Promise<void>;
}
