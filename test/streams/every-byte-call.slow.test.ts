/**
 * A 200-event answer with a tool call, cut at its bytes: the whole answer or one clean
 * error (laws 16 and 17).
 */

import { testEveryByte } from './every-byte.ts';

testEveryByte('text and a tool call');
