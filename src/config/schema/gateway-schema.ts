/** Schema of the gateway's settings: where it listens, and its limits for callers. */

import { z } from 'zod';
import { defaults } from '../../model/defaults.ts';
import { described, none, optionalField, seconds, text } from './fields.ts';

const {
  host,
  port,
  callerLogin,
  ui,
  maxInflightBytes,
  drainDelay,
  drainTimeout,
  sendTimeout,
  memory,
  unknownModel,
  pinnedFallback,
} = defaults.gateway;

/** As a caller sends it, without a port. */
const hostName = text.regex(
  /^[\w.-]+$|^\[?[\da-f:]+\]?$/i,
  'expected a name as callers write it, without https://, port and path',
);

export const gatewaySchema = described(
  z.strictObject({
    host: optionalField(text, 'Address to listen on.', host),
    port: optionalField(z.int().min(0).max(65_535), 'Port to listen on; 0 takes a free one.', port),
    allowed_hosts: optionalField(
      z.array(hostName),
      'Accepted `Host` names.',
      'loopback names and the bound address',
    ),
    allowed_origins: optionalField(z.array(text), 'Accepted `Origin`s of browsers.', none()),
    caller_login: optionalField(
      z.enum(['off', 'local']),
      '`local` relays a request without a gateway key to the vendor of the login that it brings, and uses nothing else for it; only at a loopback address.',
      callerLogin,
    ),
    ui: optionalField(z.boolean(), 'Serves the page at `/ui/`.', ui),
    public_url: optionalField(
      text,
      'The `https://` address under which a server with TLS in front passes requests on with their `Host`; links to the page use it, and its name is an accepted `Host`.',
      none(),
    ),
    max_inflight_bytes: optionalField(
      z.int().positive(),
      'Limits the bytes in memory: request bodies, what translating or editing makes of them, and whole answers that wait for their callers. Above it requests get 429; one that is larger by itself gets 413.',
      maxInflightBytes,
    ),
    drain_delay: optionalField(
      z.number().min(0),
      'After a stop, `/readyz` answers 503 for this many seconds while requests are still taken, so that balancers send no more.',
      `${drainDelay.fleet} in a fleet, else ${drainDelay.alone}`,
    ),
    drain_timeout: optionalField(
      seconds,
      'After a stop, open requests may take this long to finish, in seconds.',
      drainTimeout,
    ),
    send_timeout: optionalField(
      seconds,
      "Closes a client's connection after this many seconds without it reading anything.",
      sendTimeout,
    ),
    memory: optionalField(
      z.enum(['small', 'fast']),
      '`small` holds the young part of the heap at 16 MB; `fast` leaves it to V8, which takes up to 128 MB, and translates large bodies with less CPU. Read at the start.',
      memory,
    ),
    unknown_model: optionalField(
      z.enum(['error', 'main']),
      'Answers an unknown `model` with 404 (`error`; a single provider is asked for it), or by the main route; embeddings by the task `embeddings`.',
      unknownModel,
    ),
    pinned_fallback: optionalField(
      z.enum(['none', 'main']),
      'Falls back to this route after a target that the request named.',
      pinnedFallback,
    ),
  }),
  'The HTTP gateway.',
  'as its fields say',
);
