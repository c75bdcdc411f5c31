/** The transcripts that start many processes: `*.slow.txt`. */

import { playFolder } from './play-folder.ts';

playFolder((file) => file.endsWith('.slow.txt'));
