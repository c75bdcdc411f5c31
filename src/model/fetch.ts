/**
 * `fetch`, as SDKs take one and call it: the shape alone, for the real one is nobody's but the
 * host's. Types only.
 */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
