/** Says where a program that asked for an unknown path should ask (step 0 of a request). Pure. */

import { askWhetherMeant } from '../../config/schema/nearest.ts';
import type { Headers } from '../../model/request.ts';
import { findPrefix, listPaths } from './endpoints.ts';

interface UnservedPath {
  readonly path: string;
  readonly method: string;
  /** This gateway's base URL for programs of OpenAI's kind. */
  readonly base: string;
}

/** The base URL at the address that was asked: it led here. */
export function nameBase(headers: Headers): string {
  const { host, 'x-forwarded-proto': scheme = 'http' } = headers;
  return host === undefined ? '/v1' : `${/^https/i.test(scheme) ? 'https' : 'http'}://${host}/v1`;
}

/** What monitors ask. */
const ofHealth = /\/(health|healthcheck|ping|status|live|alive|ready)$/i;

/** `api` is the other API that has the path. */
export function fixPath({ path, method, base }: UnservedPath, api: string | undefined): string {
  const others = 'for Anthropic and Gemini without /v1';
  if (api !== undefined)
    return `choose the OpenAI-compatible kind of provider in that program, or the one of Anthropic or Gemini, with the base URL ${base} (${others})`;
  const before = findPrefix(path);
  if (before !== undefined) return `take ${before} out of the client's base URL`;
  if (method === 'GET' && ofHealth.test(path)) return 'ask /healthz or /readyz';
  const paths = listPaths();
  const near = askWhetherMeant(path, paths);
  if (near !== undefined) return near;
  const served = `use one of ${paths.join(', ')}`;
  return /^\/v1\/(?!api\/|$)/.test(path) // its base URL is right
    ? served
    : `let the program's base URL be ${base} (${others}), or ${served}`;
}
