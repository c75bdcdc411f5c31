/**
 * The error for a command line that is valid to the parser and still wrong, with what to type
 * instead.
 */

import { AccessError } from '../../errors.ts';

export function mistake(message: string, howToFix: string): AccessError {
  return new AccessError('request-invalid', message, { howToFix });
}
