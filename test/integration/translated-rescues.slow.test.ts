/**
 * Rescues over real sockets, where providers speak another protocol than the request: the pairs
 * that `translated-rescues.test.ts` leaves out.
 */

import { testRescues } from './rescue-rules.ts';
import { translatedPairs } from './tongues.ts';

testRescues(translatedPairs.slice(2));
