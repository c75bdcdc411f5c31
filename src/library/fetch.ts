/** A drop-in `fetch` over the engine: an SDK's request goes in, a `Response` that streams comes out. */

import type { Fetch } from '../model/fetch.ts';
import type { Headers as PlainHeaders, ReplySink } from '../model/request.ts';
import type { Runtime } from '../runtime.ts';

export function createFetch(runtime: Runtime): Fetch {
  return async (input, init) => {
    const request = new Request(input instanceof URL ? input.href : input, init);
    request.signal.throwIfAborted();
    const body = Buffer.from(await request.arrayBuffer());
    return new Promise((resolve, reject) => {
      const caller = new AbortController();
      const { sink, breakOff } = createResponseSink(resolve, caller);
      const onAbort = (): void => {
        caller.abort();
        reject(request.signal.reason);
        breakOff(request.signal.reason);
      };
      request.signal.addEventListener('abort', onAbort, { once: true });
      const { pathname } = new URL(request.url);
      runtime
        .exchange(
          {
            method: request.method,
            path: pathname,
            headers: toPlain(request.headers),
            body,
            signal: caller.signal,
          },
          sink,
        )
        .finally(() => request.signal.removeEventListener('abort', onAbort))
        .catch(reject);
    });
  };
}

function toPlain(headers: Headers): PlainHeaders {
  return Object.fromEntries(headers.entries());
}

interface ResponseSink {
  readonly sink: ReplySink;
  /** The reader's next read rejects with the reason, as a body's does after an abort. */
  breakOff(reason: unknown): void;
}

/** The reader's pace is the writer's: a full queue asks the engine to pause. */
function createResponseSink(resolve: (response: Response) => void, caller: AbortController): ResponseSink {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  let onPull: (() => void) | undefined;
  const stream = new ReadableStream<Uint8Array>(
    {
      start: (given) => {
        controller = given;
      },
      pull: () => {
        onPull?.();
        onPull = undefined;
      },
      cancel: () => caller.abort(),
    },
    { highWaterMark: 64 },
  );
  const sink: ReplySink = {
    head: (status, headers) => resolve(new Response(stream, { status, headers })),
    write: (chunk) => {
      controller?.enqueue(chunk);
      return (controller?.desiredSize ?? 0) > 0;
    },
    onDrain: (resume) => {
      onPull = resume;
    },
    end: (chunk) => {
      if (chunk !== undefined && chunk.length > 0) controller?.enqueue(chunk);
      controller?.close();
    },
  };
  return {
    sink,
    breakOff: (reason) => {
      controller?.error(reason);
      controller = undefined;
    },
  };
}
