/** The commands as a newcomer types them, in an empty home: every transcript but `*.slow.txt`. */

import { playFolder } from './play-folder.ts';

playFolder((file) => !file.endsWith('.slow.txt'));
