/** The type of `fetch` as SDKs take and call it. Types only: only the host has the real one. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
