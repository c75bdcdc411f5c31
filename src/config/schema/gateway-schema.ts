/** The part of the configuration's schema that says how the gateway listens, and what it holds for its callers. */

import { z } from 'zod';

const text = z.string().min(1);
const seconds = z.number().positive();

export const gatewaySchema = z
  .strictObject({
    host: text.optional().describe('Address to listen on. Default: 127.0.0.1.'),
    port: z
      .int()
      .min(0)
      .max(65_535)
      .optional()
      .describe('Port to listen on; 0 takes a free one. Default: 4653.'),
    allowed_hosts: z
      .array(text)
      .optional()
      .describe('Accepted `Host` names. Default: loopback names and the bound address.'),
    allowed_origins: z.array(text).optional().describe('Accepted `Origin`s of browsers. Default: none.'),
    max_inflight_bytes: z
      .int()
      .positive()
      .optional()
      .describe(
        'Bytes of request bodies, and of whole answers that wait for their callers, held at a time; above it 429. Default: 536870912.',
      ),
    drain_timeout: seconds
      .optional()
      .describe('How long open requests may finish after a stop, in seconds. Default: 600.'),
    send_timeout: seconds
      .optional()
      .describe(
        "Close a client's connection after this many seconds without it reading anything. Default: 600.",
      ),
    unknown_model: z
      .enum(['error', 'main'])
      .optional()
      .describe(
        'What an unknown `model` gets: 404, or the main route; for embeddings the task `embeddings`. Default: error.',
      ),
    pinned_fallback: z
      .enum(['none', 'main'])
      .optional()
      .describe('What follows a target that the request named. Default: none.'),
  })
  .describe('The HTTP gateway. Default: as its fields say.');
