/** What a person asked for and cannot have, as an error that says what to do. */

import { RequestError } from '../errors.ts';

export function refuse(message: string, howToFix: string): RequestError {
  return new RequestError('request-invalid', message, { status: 400, howToFix });
}
