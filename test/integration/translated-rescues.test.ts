/**
 * Rescues over real sockets, where providers speak another protocol than the request: two pairs of
 * them, the slow suite does the others.
 */

import { translatedPairs } from './protocol-cases.ts';
import { testRescues } from './rescue-rules.ts';

testRescues(translatedPairs.slice(0, 2));
