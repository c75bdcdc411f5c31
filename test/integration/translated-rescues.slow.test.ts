/**
 * Rescues over real sockets, where providers speak another protocol than the request: the pairs
 * that `translated-rescues.test.ts` leaves out.
 */

import { translatedPairs } from './protocol-cases.ts';
import { testRescues } from './rescue-rules.ts';

testRescues(translatedPairs.slice(2));
