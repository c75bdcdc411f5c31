/** Makes the errors for requests of a person that cannot be fulfilled, each with a fix. */

import { RequestError } from '../errors.ts';

export function refuse(message: string, fix: string): RequestError {
  return new RequestError('request-invalid', message, { status: 400, fix });
}
