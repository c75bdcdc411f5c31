/**
 * The functions that a Node process has called since it was last asked, read from V8 through the
 * process's inspector.
 */

/** One function that was called, by the file it is in. */
export interface CalledFunction {
  /** The address of its module, `file:///…`. */
  readonly url: string;
  /** Empty for a function without a name. */
  readonly name: string;
  /** The offset of its text, in characters. */
  readonly offset: number;
}

export interface CallCounter {
  /** Returns the calls since the last time. */
  take(): Promise<readonly CalledFunction[]>;
  close(): void;
}

interface Reply {
  readonly id?: number;
  readonly error?: { readonly message: string };
  readonly result?: { readonly result?: readonly ScriptCoverage[] };
}

interface ScriptCoverage {
  readonly url: string;
  readonly functions: readonly {
    readonly functionName: string;
    readonly ranges: readonly { readonly startOffset: number; readonly count: number }[];
  }[];
}

/**
 * Begins to count in the process whose inspector listens at `address` (`ws://…`, which `node
 * --inspect` prints).
 */
export async function startCallCounter(address: string): Promise<CallCounter> {
  const socket = new WebSocket(address);
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve());
    socket.addEventListener('error', () => reject(new Error(`no inspector answers at ${address}`)));
  });
  const call = createCaller(socket);
  await call('Profiler.enable');
  await call('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  return {
    take: async () => listCalled((await call('Profiler.takePreciseCoverage')).result?.result ?? []),
    close: () => socket.close(),
  };
}

type Caller = (method: string, parameters?: object) => Promise<Reply>;

/** Sends one command at a time, each after the answer to the one before it. */
function createCaller(socket: WebSocket): Caller {
  let lastId = 0;
  return (method, params = {}) => {
    lastId += 1;
    const id = lastId;
    socket.send(JSON.stringify({ id, method, params }));
    return new Promise((resolve, reject) => {
      const hear = (event: MessageEvent): void => {
        const reply: Reply = JSON.parse(String(event.data));
        if (reply.id !== id) return;
        socket.removeEventListener('message', hear);
        if (reply.error === undefined) resolve(reply);
        else reject(new Error(`${method}: ${reply.error.message}`));
      };
      socket.addEventListener('message', hear);
    });
  };
}

function listCalled(scripts: readonly ScriptCoverage[]): readonly CalledFunction[] {
  return scripts.flatMap(({ url, functions }) =>
    functions
      .filter(({ ranges }) => (ranges[0]?.count ?? 0) > 0)
      .map(({ functionName, ranges }) => ({
        url,
        name: functionName,
        offset: ranges[0]?.startOffset ?? 0,
      })),
  );
}
