/**
 * Rescues over real sockets, where providers speak another protocol than the request: two pairs of
 * them, the slow suite does the others.
 */

import { testRescues } from './rescue-rules.ts';
import { translatedPairs } from './tongues.ts';

testRescues(translatedPairs.slice(0, 2));
