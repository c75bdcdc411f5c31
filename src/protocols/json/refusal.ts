/** Errors for a body that is refused before any provider is asked. */

import { RequestError } from '../../errors.ts';

/** A body that nobody can be asked with. */
export function invalid(message: string, fix: string): RequestError {
  return new RequestError('request-invalid', message, { fix });
}

/** For a body larger than any client's, which other requests would have to wait for. */
export function tooIntricate(what: string): RequestError {
  return invalid(`the request body has ${what}`, 'send one JSON object as the API describes it');
}
