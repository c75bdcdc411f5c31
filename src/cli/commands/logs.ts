/** `holdfast logs` prints the logs of this home's gateways for people. */

import { RequestError } from '../../errors.ts';
import { countNoun, describeBytes } from '../../explain/why/wording.ts';
import type { LogsAnswer } from '../../gateway/admin/answers.ts';
import { shellLine } from '../../host/shell-line.ts';
import type { Host } from '../../host.ts';
import { type LogEntry, toTextLine } from '../../logs/entry.ts';
import { listLogFiles } from '../../logs/log-file.ts';
import { findLogEnds, followLog, type LogQuery, readLog } from '../../logs/read-log.ts';
import { type Args, createCommand, json, textOption, toggle } from '../context/command.ts';
import { locateInOwn } from '../context/own-settings.ts';
import { withReadings } from '../context/readings.ts';
import { since } from '../context/since.ts';
import {
  isConfigUnusable,
  quietly,
  untilSignal,
  withRuntimeUnless,
} from '../context/with-runtime.ts';
import { type CommandContext, dim, printJsonLine } from '../terminal/terminal.ts';

const params = {
  follow: {
    ...toggle('keep printing new lines until stopped'),
    short: 'f',
    conflicts: ['gateway'],
  },
  errors: toggle('only errors'),
  task: textOption('name', 'only of this task'),
  request: textOption('id', 'only of this request'),
  since,
  gateway: textOption('url', 'read those of the gateway at this address'),
  json,
};

export const commands = {
  logs: createCommand({
    params,
    exits: { 2: 'no line names the request' },
    example: 'holdfast logs -f --errors',
    run: logs,
  }),
};

type Asked = Args<typeof params>;

const nothingYet =
  'no gateway has written there: holdfast serve has a line for each rescued and each failed request, and writes it here unless it runs on a terminal\n';

const nothingFits = 'no line matches: a request has one only if it was rescued or failed\n';

/** Limits the output to the newest lines; the files have the rest. */
const maxLines = 1000;

async function logs(asked: Asked, context: CommandContext): Promise<number> {
  const { terminal, host } = context;
  const { task, request } = asked;
  const errors = asked.errors || undefined;
  const query = { errors, task, request, since: asked.since?.(host.clock.now()) };
  if (isElsewhere(host, asked)) return readElsewhere(context, query, asked);
  const folder = await findFolder(context);
  // a line that is written meanwhile is neither lost nor printed twice
  const ends = asked.follow ? findLogEnds(host, folder) : undefined;
  const show = (): readonly LogEntry[] => {
    terminal.talk(`${dim(terminal, `read from ${folder} (${describeFolder(host, folder)})`)}\n`);
    const found = readLog(host, folder, { ...query, limit: maxLines, ends });
    for (const entry of found) print(context, asked, entry);
    return found;
  };
  if (asked.follow) {
    // Ctrl-C is an orderly end from the first word on.
    const follow = async (signal: AbortSignal): Promise<void> => {
      show();
      for await (const entry of followLog(host, folder, { query, signal, ends }))
        print(context, asked, entry);
    };
    await untilSignal(terminal, follow, ['SIGINT', 'SIGTERM', 'SIGPIPE']);
  } else if (show().length === 0) {
    const kept = await locateInOwn(host, 'log.keep and log.format');
    if (request !== undefined) throw unnamed(request, folder, kept);
    const none = listLogFiles(host, folder).length === 0 ? nothingYet : nothingFits;
    terminal.talk(`${none}${/\(/.test(kept) ? `what is written there: ${kept}\n` : ''}`);
  }
  return 0;
}

/** Returns a summary such as `3 files, 12 MB; 5210 MB left on the disk`. */
function describeFolder(host: Host, folder: string): string {
  const paths = listLogFiles(host, folder);
  const bytes = paths.reduce((sum, path) => sum + (host.files.stamp(path)?.bytes ?? 0), 0);
  const left = host.files.spaceLeft(folder);
  const room = left === undefined ? '' : `; ${describeBytes(left)} left on the disk`;
  return `${countNoun(paths.length, 'file')}, ${describeBytes(bytes)}${room}`;
}

/** With `--follow` only `--gateway` counts: new lines are followed in files. */
function isElsewhere({ environment }: Host, { gateway, follow: isFollowed }: Asked): boolean {
  return Boolean(gateway ?? (isFollowed ? '' : environment.get('HOLDFAST_URL')));
}

/** The files are on another machine, so its admin API reads them. */
function readElsewhere(context: CommandContext, query: LogQuery, asked: Asked): Promise<number> {
  return withReadings(context, asked.gateway, async ({ ask, from }) => {
    const found = parseLogEntries(await ask?.('logs', { ...query, limit: maxLines }));
    for (const entry of found) print(context, asked, entry);
    if (found.length === 0 && query.request !== undefined) throw unnamed(query.request, from.text);
    return 0;
  });
}

/** Our own gateway sends this, built from the same types. */
function parseLogEntries(answer: unknown): readonly LogEntry[] {
  return (answer as LogsAnswer | undefined)?.lines ?? [];
}

function unnamed(id: string, place: string, kept = ''): RequestError {
  const erased = /\(/.test(kept) ? ` (what is kept: ${kept})` : '';
  return new RequestError(
    'request-invalid',
    `no line in ${place} names the request ${id}${erased}`,
    {
      status: 404,
      fix: `a plain success has no line: ${shellLine`holdfast why ${id}`}`,
    },
  );
}

/** With a broken configuration, this is the default folder. */
async function findFolder({ host, paths }: CommandContext): Promise<string> {
  const named = await withRuntimeUnless(
    isConfigUnusable,
    { ...quietly, host },
    (runtime) => runtime.config().log.folder,
  );
  return named ?? paths.logFolder;
}

function print({ terminal, host }: CommandContext, { json }: Asked, entry: LogEntry): void {
  if (json) printJsonLine(terminal, { schema: 'holdfast.log/1', ...entry });
  else terminal.out(toTextLine(entry, host.clock.now()));
}
