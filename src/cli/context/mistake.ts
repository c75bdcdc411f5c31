/**
 * The error for a command line that is valid to the parser and still wrong, with what to type
 * instead.
 */

import { AccessError } from '../../errors.ts';
import type { Fix } from '../../model/fix.ts';

export function mistake(message: string, fix: string | Fix): AccessError {
  return new AccessError('request-invalid', message, { fix });
}
