/** A drop-in `fetch` over the engine: takes an SDK's request and returns a streaming `Response`. */

import { AccessError } from '../errors.ts';
import type { Fetch } from '../model/fetch.ts';
import type { RequestRecord } from '../model/record.ts';
import type { Headers as PlainHeaders, ReplySink } from '../model/request.ts';
import type { Runtime } from '../runtime.ts';
import type { Calls, LibraryCall } from './calls.ts';

export function createFetch(runtime: Runtime, calls: Calls): Fetch {
  return (input, init) =>
    new Promise((resolve, reject) => {
      const request = new Request(input instanceof URL ? input.href : input, init);
      const work = (call: LibraryCall): Promise<RequestRecord | undefined> => {
        const { sink, breakOff } = createResponseSink(resolve, call);
        const { signal } = call;
        const onAbort = (): void => {
          reject(signal.reason);
          breakOff(signal.reason);
        };
        signal.addEventListener('abort', onAbort, { once: true });
        return sendExchange(runtime, { request, call, sink });
      };
      calls.run(request, work).catch(reject);
    });
}

async function sendExchange(
  runtime: Runtime,
  {
    request,
    call,
    sink,
  }: { readonly request: Request; readonly call: LibraryCall; readonly sink: ReplySink },
): Promise<RequestRecord | undefined> {
  const { requestId, signal } = call;
  return runtime.exchange(
    {
      method: request.method,
      path: new URL(request.url).pathname,
      query: new URL(request.url).search.slice(1),
      headers: plainHeaders(request.headers),
      body: await collectBody(request, signal),
      signal,
      requestId,
    },
    sink,
  );
}

/** Reads the whole body. An abort ends the reading at once and cancels the body's source. */
async function collectBody({ body }: Request, signal: AbortSignal): Promise<Buffer> {
  if (body === null) return Buffer.alloc(0);
  const reader = body.getReader();
  // the caller already has the abort's reason
  const onAbort = (): void => void reader.cancel(signal.reason).catch(() => undefined);
  signal.addEventListener('abort', onAbort, { once: true });
  const chunks: Uint8Array[] = [];
  for (let read = await reader.read(); !read.done; read = await reader.read())
    chunks.push(read.value);
  signal.throwIfAborted();
  return Buffer.concat(chunks);
}

function plainHeaders(headers: Headers): PlainHeaders {
  return Object.fromEntries(headers.entries());
}

interface ResponseSink {
  readonly sink: ReplySink;
  /** The reader's next read rejects with the reason, as a body's does after an abort. */
  breakOff(reason: unknown): void;
}

/** Applies the reader's back-pressure: when its queue is full, the engine is asked to pause. */
function createResponseSink(
  resolve: (response: Response) => void,
  call: LibraryCall,
): ResponseSink {
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
      cancel: (reason) => call.abort(reason),
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
    cut: () =>
      breakOff(
        new AccessError('stream-broken', 'the provider broke off in the middle of the answer'),
      ),
  };
  const breakOff = (reason: unknown): void => {
    controller?.error(reason);
    controller = undefined;
  };
  return { sink, breakOff };
}
