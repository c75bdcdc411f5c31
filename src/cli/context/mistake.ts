/**
 * The error for a command line that is valid to the parser and still wrong, with what to type
 * instead.
 */

import { AccessError } from '../../errors.ts';

export function mistake(message: string, fix: string): AccessError {
  return new AccessError('request-invalid', message, { fix });
}
