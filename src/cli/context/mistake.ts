/**
 * A command line that cannot be carried out as it stands: what is wrong, and what to write instead.
 */

import { AccessError } from '../../errors.ts';

export function mistake(message: string, howToFix: string): AccessError {
  return new AccessError('request-invalid', message, { howToFix });
}
