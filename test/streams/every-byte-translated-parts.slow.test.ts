/** The same as every-byte-translated.slow.test.ts, for answers of several parts. */

import { testTranslatedBytes } from './every-byte.ts';

testTranslatedBytes('reasoning');
testTranslatedBytes('text and a tool call');
