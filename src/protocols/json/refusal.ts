/** The errors with which a body is refused before anybody is asked. */

import { RequestError } from '../../errors.ts';

/** A body that nobody can be asked with. */
export function invalid(message: string, fix: string): RequestError {
  return new RequestError('request-invalid', message, { status: 400, fix });
}

/** More than any client sends, and more than can be read without others having to wait for it. */
export function tooIntricate(what: string): RequestError {
  return invalid(`the request body has ${what}`, 'send one JSON object as the API describes it');
}
