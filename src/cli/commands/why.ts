/** `holdfast why` tells the story of one request, or lists several, one per line. */

import { findAlias } from '../../access/select/route.ts';
import { escapeControls } from '../../access/wording/escape-controls.ts';
import { describeClock } from '../../access/wording/when.ts';
import { nameSetting } from '../../config/resolved/name-setting.ts';
import { formatKeyPath } from '../../config/schema/key-paths.ts';
import { ConfigError, formatFix, RequestError } from '../../errors.ts';
import { describeInFull } from '../../explain/why/lines.ts';
import {
  createStory,
  describeCauses,
  describeIncidents,
  describeStory,
  foldIncidents,
  isRepeated,
  type Story,
} from '../../explain/why/story.ts';
import type { Host } from '../../host.ts';
import type { RefusalCount } from '../../model/events.ts';
import type { RequestRecord } from '../../model/record.ts';
import type { Runtime } from '../../runtime.ts';
import type { RecordQuery } from '../../store/store.ts';
import {
  type Args,
  createCommand,
  json,
  optionalText,
  type Printout,
  textOption,
  toggle,
} from '../context/command.ts';
import type { Readings } from '../context/gateway-readings.ts';
import { locateInOwn, readSettings } from '../context/own-settings.ts';
import { findPresentFault, type PresentFault } from '../context/present-faults.ts';
import { withReadings } from '../context/readings.ts';
import { since } from '../context/since.ts';
import { isConfigUnusable, quietly, withRuntimeUnless } from '../context/with-runtime.ts';
import type { CommandContext, Terminal } from '../terminal/terminal.ts';

const params = {
  which: optionalText(
    'request',
    'the id of a request (x-holdfast-request-id), or last, which is the default',
  ),
  failed: { ...toggle('list the requests that nobody answered'), conflicts: ['rescued'] },
  rescued: toggle('list the requests that were answered despite trouble'),
  task: textOption('name', 'only requests of this task'),
  caller: textOption('name', 'only requests of this caller'),
  session: textOption('id', 'only requests of this session of an agent'),
  agent: textOption('id', 'only requests of this sub-agent (Claude Code)'),
  since,
  verbose: {
    ...toggle('show each attempt, and the stored request and answer (records.content)'),
    short: 'v',
  },
  gateway: textOption('url', 'read from the gateway at this address'),
  json,
};

export const commands = {
  why: createCommand({
    params,
    exits: { 2: 'no request has this id' },
    example: 'holdfast why last',
    run: runWhy,
  }),
};

type Why = Args<typeof params>;

/** Nobody would read more. */
const maxRequests = 500;
/** Causes of refusals that are told without -v. */
const maxRefusals = 8;
/** Repeats by the same client are searched this far around a request, ms. */
const aroundMs = 10 * 60_000;

function runWhy(asked: Why, context: CommandContext): Promise<Printout> {
  const { terminal, host } = context;
  return withReadings(context, asked.gateway, (readings) => {
    const now = host.clock.now();
    const { which, failed, rescued } = asked;
    const isFiltered = failed || rescued || isNarrow(asked);
    if (which === undefined && isFiltered) return listLatest(terminal, readings, { asked, now });
    return printOne(host, readings, { asked, now });
  });
}

interface AskedAt {
  readonly asked: Why;
  /** Epoch ms. */
  readonly now: number;
}

function toQuery(
  { failed, rescued, task, caller, session, agent, since: from }: Why,
  now: number,
): Omit<RecordQuery, 'limit'> {
  const answered = rescued ? 'rescued' : undefined;
  return { kind: failed ? 'failed' : answered, task, caller, session, agent, since: from?.(now) };
}

async function listLatest(
  terminal: Terminal,
  readings: Readings,
  { asked, now }: AskedAt,
): Promise<Printout> {
  const { recordsOfAll, from } = readings;
  const { records: found, alone } = await recordsOfAll({
    ...toQuery(asked, now),
    limit: maxRequests,
  });
  if (alone !== undefined)
    terminal.talk(`those of the fleet's other members are missing: this one is alone (${alone})\n`);
  const incidents = foldIncidents(found);
  if (found.length === maxRequests)
    terminal.talk(`only the newest ${maxRequests} requests: see --since\n`);
  const list = asked.verbose === true ? describeIncidents : describeCauses;
  const out = incidents.length === 0 ? describeNone(asked) : list(incidents, now);
  const refusals = asked.failed === true ? await listRefusals(readings) : [];
  return {
    json: { schema: 'holdfast.why/3', from, incidents, refusals },
    out: escapeControls(
      `${out}${describeRefusals(refusals, now, asked.verbose === true ? refusals.length : maxRefusals)}`,
    ),
  };
}

function isNarrow({ task, caller, session, agent, since }: Why): boolean {
  return [task, caller, session, agent, since].some((filter) => filter !== undefined);
}

function describeNone(asked: Why): string {
  const { failed, rescued } = asked;
  const way = failed === true ? 'failed' : 'was rescued';
  if (isNarrow(asked) || (failed !== true && rescued !== true)) return 'No such request.\n';
  return `No recorded request ${way}.\n`;
}

/** Only a running gateway counts them. */
async function listRefusals({ from, snapshot }: Readings): Promise<readonly RefusalCount[]> {
  return from.kind === 'gateway' ? (await snapshot()).refusals : [];
}

/** One line per cause: how many, the first and the last time, and the id of the last. */
function describeRefusals(refusals: readonly RefusalCount[], now: number, most: number): string {
  if (refusals.length === 0) return '';
  const lines = refusals
    .slice(0, most)
    .map(({ count, code, firstAt, lastAt, lastId, text, fix }) => {
      const when = `${describeClock(firstAt, now)} to ${describeClock(lastAt, now)}`;
      const todo = fix === undefined ? '' : `    To fix: ${fix}\n`;
      return `  ${count} × ${code}  ${when}  ${lastId}  ${text}\n${todo}`;
    });
  const left = refusals.length - lines.length;
  const more = left > 0 ? `  and ${left} other causes: add -v\n` : '';
  return `refused before a target was chosen, since the gateway started:\n${lines.join('')}${more}`;
}

async function printOne(
  host: Host,
  readings: Readings,
  { asked, now }: AskedAt,
): Promise<Printout> {
  const present = isLastOfAll(asked) ? await findPresentFault(host, readings) : undefined;
  const found = await findRecord(readings, { asked, now }, present).catch((error: unknown) =>
    tellErased(host, error),
  );
  const fault = found.at < (present?.before ?? Infinity) ? present : undefined;
  const { content: kept, ...record } = found;
  const story = tellStory(record, now, fault);
  const repeats = await findRepeats(readings, record);
  const content = asked.verbose ? kept : undefined;
  const whole = content === undefined ? record : { ...record, content };
  const newer = (await listRefusals(readings)).filter(
    ({ lastAt, lastId }) => lastAt > record.at && lastId !== record.id,
  );
  const also = [
    ...(await describeAlias(host, record)),
    ...describeRepeats(repeats),
    ...formatFault(fault),
  ].map((line) => `  ${line}\n`);
  const mayKeep = asked.verbose && content === undefined && (await isContentKept(host));
  const full = asked.verbose ? describeInFull(record, content, mayKeep) : '';
  const inFull = asked.verbose && content === undefined ? await locateInOwn(host, full) : full;
  return {
    json: { schema: 'holdfast.why/3', from: readings.from, ...story, repeats, record: whole },
    out: `${escapeControls(describeStory(record, story, asked.verbose))}${also.join('')}${inFull}`,
    talk: describeNewer(newer),
  };
}

/** What is not there may have been erased. */
async function tellErased(host: Host, error: unknown): Promise<never> {
  const days = await locateInOwn(host, 'records.days');
  if (!(error instanceof RequestError) || error.status !== 404 || !days.endsWith(')')) throw error;
  const { code, message, status, fix } = error;
  const told = `${message}; records are erased as ${days} says`;
  throw new RequestError(code, told, { status, fix });
}

/** True if this shell's configuration records prompts and answers. */
async function isContentKept(host: Host): Promise<boolean> {
  const keeps = ({ config }: Runtime): boolean => config().records.hasContent;
  return (await withRuntimeUnless(isConfigUnusable, { ...quietly, host }, keeps)) === true;
}

/** The last request that a person means may have been refused, and then has no record. */
function describeNewer(refusals: readonly RefusalCount[]): readonly string[] {
  const [last] = refusals.toSorted((one, other) => other.lastAt - one.lastAt);
  return last === undefined
    ? []
    : [`since then a request was refused: ${last.text}. All: holdfast why --failed`];
}

/** No filter picks an older one. */
function isLastOfAll(asked: Why): boolean {
  return (asked.which ?? 'last') === 'last' && !isNarrow(asked);
}

/** What is wrong now is told below, so nothing is said to be well. */
function tellStory(record: RequestRecord, now: number, fault: PresentFault | undefined): Story {
  const story = createStory(record, now);
  return fault === undefined || story.nothingToFix === undefined
    ? story
    : { ...story, nothingToFix: 'Since then something has changed:' };
}

/** Its caller asked for another name, which the configuration of this home leads elsewhere. */
async function describeAlias(
  host: Host,
  { model, task }: RequestRecord,
): Promise<readonly string[]> {
  const config = await readSettings(host);
  const alias = config && findAlias(config, model);
  if (alias === undefined || config?.routes.has(model) !== false) return [];
  const key = nameSetting(config, formatKeyPath(['aliases', alias.pattern]));
  return alias.to === task ? [`It asked for ${model}, which ${key} leads to ${task}.`] : [];
}

function formatFault(fault: PresentFault | undefined): readonly string[] {
  if (fault === undefined) return [];
  const todo = fault.fix === undefined ? [] : [`To fix: ${formatFix(fault.fix)}`];
  return [...fault.what.split('\n'), ...todo];
}

async function findRecord(
  readings: Readings,
  { asked, now }: AskedAt,
  fault: PresentFault | undefined,
): Promise<RequestRecord> {
  const { records, record, from } = readings;
  const { which = 'last' } = asked;
  const query = toQuery(asked, now);
  const isLast = which === 'last';
  if (!isLast && Object.values(query).every((filter) => filter === undefined)) return record(which);
  const [found] = await records({ ...query, id: isLast ? undefined : which, limit: 1 });
  if (found !== undefined) return asked.verbose ? record(found.id) : found;
  if (fault?.refusal instanceof ConfigError) throw fault.refusal; // it has a fix for each problem
  if (fault !== undefined)
    throw new RequestError(
      'request-invalid',
      `no request is recorded in ${addOnce(from.text, fault.what)}`,
      { status: 404, fix: fault.fix },
    );
  const [refused] = isLast ? describeNewer(await listRefusals(readings)) : [];
  const message = isLast
    ? `no request is recorded in ${from.text}${refused === undefined ? '' : `; ${refused}`}`
    : `no such request ${which} is recorded in ${from.text}`;
  throw new RequestError('request-invalid', message, {
    status: 404,
    fix: isLast ? fixUnasked(refused) : 'leave out the filters',
  });
}

function fixUnasked(refused: string | undefined): string {
  return refused === undefined
    ? 'ask something first, such as: holdfast ask hello'
    : 'holdfast why --failed shows what mends that';
}

/** Where it is read from may have said it already. */
function addOnce(told: string, more: string): string {
  return told.includes(more) ? told : `${told}; ${more}`;
}

/** Returns the ids of other requests with the same prompt from the same client. */
async function findRepeats(
  { records }: Readings,
  record: RequestRecord,
): Promise<readonly string[]> {
  const { at, promptDigest, task } = record;
  if (promptDigest === undefined) return [];
  const near = await records({
    since: at - aroundMs,
    until: at + aroundMs,
    task,
    limit: maxRequests,
  });
  return near
    .filter((other) => other.id !== record.id && isRepeated(record, other))
    .map(({ id }) => id);
}

/** Nobody would read more ids. */
const maxNamed = 3;

function describeRepeats(ids: readonly string[]): readonly string[] {
  if (ids.length === 0) return [];
  const more = ids.length > maxNamed ? ` and ${ids.length - maxNamed} more` : '';
  return [`The same prompt was also asked by ${ids.slice(0, maxNamed).join(', ')}${more}.`];
}
