/**
 * An answer of text that is translated, cut at its bytes: the whole answer or one clean error in
 * the caller's protocol (laws 16 and 17).
 */

import { testTranslatedBytes } from './every-byte.ts';

testTranslatedBytes('a text');
testTranslatedBytes('code');
