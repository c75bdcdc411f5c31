/**
 * The door between a primary and its workers: processes of this same program with the same
 * arguments, messages between them, and connections that the primary has accepted.
 */

import { fork } from 'node:child_process';
import type { Socket } from 'node:net';
import { availableParallelism } from 'node:os';

/** Tells a process that the one which started it is its primary. Its own programs do not see it. */
const workerVariable = 'HOLDFAST_WORKER';

/** How a process ended: `exit status 1`, or the signal, such as `SIGKILL`. */
export type PeerEnding = string;

/** The other process, as one of the two sees it. */
export interface Peer {
  /** Sends a message: plain data, as `structuredClone` takes it. Nothing once the other is gone. */
  send(message: object): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Calls back once, behind the last message. */
  onGone(listener: (ending: PeerEnding) => void): void;
}

/** A worker, as its primary sees it. */
export interface WorkerPeer extends Peer {
  readonly pid: number | undefined;
  /** Gives it a connection. `onLost` gets those back that it had not taken when it died. */
  pass(connection: Socket, onLost: (connection: Socket) => void): void;
  kill(): void;
}

/** The primary, as a worker sees it. */
export interface PrimaryPeer extends Peer {
  onConnection(listener: (connection: Socket) => void): void;
  /** Calls back for an error that nothing has caught; the process goes on until `leave`. */
  onUncaught(listener: (error: unknown) => void): void;
  /** Sends what waits, and lets go of the primary: the process ends when its work is done. */
  leave(): Promise<void>;
  /** Ends this process now. */
  exit(status: number): void;
}

/** How many processes this machine runs at a time. */
export function countProcessors(): number {
  return availableParallelism();
}

export function startWorker(): WorkerPeer {
  const [, program = '', ...words] = process.argv;
  const child = fork(program, words, {
    env: { ...process.env, [workerVariable]: '1' },
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  // Those that the worker has not taken stay open here. Node would forget them when it dies
  // (`disconnect` of child_process waits for an acknowledgement), and their clients would hang.
  const untaken = new Map<number, Untaken>();
  let passed = 0;
  child.on('message', (message) => {
    const id = parseTaken(message);
    if (id === undefined) return;
    untaken.get(id)?.connection.destroy(); // the worker has it open
    untaken.delete(id);
  });
  let fault: Error | undefined;
  child.on('error', (error) => {
    fault = error;
  });
  return {
    pid: child.pid,
    send: (message) => {
      if (child.connected) child.send(message, () => undefined);
    },
    pass: (connection, onLost) => {
      passed += 1;
      untaken.set(passed, { connection, onLost });
      if (child.connected)
        child.send({ pass: passed }, connection, { keepOpen: true }, () => undefined);
    },
    onMessage: (listener) => void child.on('message', listener),
    onGone: (listener) => {
      const tell = (ending: PeerEnding): void => {
        listener(ending);
        for (const { connection, onLost } of untaken.values()) onLost(connection);
        untaken.clear();
      };
      if (child.pid === undefined) child.once('error', (error) => tell(error.message));
      else
        child.once('close', (status, signal) =>
          tell(signal ?? fault?.message ?? `exit status ${status}`),
        );
    },
    kill: () => void child.kill('SIGKILL'),
  };
}

/** Returns the primary of this process; undefined if it is no worker. */
export function findPrimary(): PrimaryPeer | undefined {
  const isWorker = process.env[workerVariable] === '1' && process.connected === true;
  delete process.env[workerVariable];
  if (!isWorker) return undefined;
  const messages: ((message: unknown) => void)[] = [];
  const connections: ((connection: Socket) => void)[] = [];
  process.on('message', (message, handle) => {
    if (handle === undefined) {
      for (const listener of messages) listener(message);
      return;
    }
    // It is told before anything is read of it: until then it may go to another worker.
    process.send?.({ taken: parsePassed(message) });
    for (const listener of connections) listener(openConnection(parseConnection(handle)));
  });
  return {
    send: (message) => {
      if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
    },
    onMessage: (listener) => void messages.push(listener),
    onConnection: (listener) => void connections.push(listener),
    onGone: (listener) => void process.once('disconnect', () => listener('the primary ended')),
    onUncaught: (listener) => {
      process.on('uncaughtException', listener);
      process.on('unhandledRejection', listener);
    },
    leave: () =>
      new Promise((resolve) => {
        if (!process.connected || process.send === undefined) resolve();
        else
          process.send({}, undefined, undefined, () => {
            process.disconnect();
            resolve();
          });
      }),
    exit: (status) => process.exit(status),
  };
}

/** A client that has closed its sending side may still be reading. */
function openConnection(connection: Socket): Socket {
  connection.allowHalfOpen = true;
  return connection;
}

interface Untaken {
  readonly connection: Socket;
  readonly onLost: (connection: Socket) => void;
}

/** What a worker says when it has got a connection. */
function parseTaken(message: unknown): number | undefined {
  return (message as { readonly taken?: number }).taken;
}

/** What a primary says with a connection. */
function parsePassed(message: unknown): number | undefined {
  return (message as { readonly pass?: number }).pass;
}

/** A primary passes nothing else than accepted connections. */
function parseConnection(handle: unknown): Socket {
  return handle as Socket;
}
