/**
 * The laws of docs/laws.md that can be seen from outside, one function each: they read what the
 * network saw, what callers got, what records say and what the store holds. Nothing of the engine's
 * own judgement is used here.
 */

import type { Mark } from '../../../src/model/failure.ts';
import { type Fresh, idOf, isRefused, isRequestFault, type Judge, sentFor } from './fresh.ts';
import type { Home } from './home.ts';
import { judgeCommits, judgeEnds, judgeErrors, judgeRecords } from './laws-of-answers.ts';
import { type Sent, usedTokens } from './network.ts';
import { question, type Told } from './told.ts';

/** By the number of the law; `budgets` stand in docs/budgets.md, `tasks` in docs/tasks.md. */
export const laws: Readonly<Record<string, Judge>> = {
  'law 2': judgeKeptWords,
  'law 4': judgeFreshSecrets,
  'law 6': judgeRechecks,
  'law 7': judgeMarks,
  'law 9': judgeOrder,
  'law 10': judgeNamed,
  'law 11': judgeErrors,
  'law 12': judgeOrigins,
  'law 13': judgeAttempts,
  'law 14': judgeBlame,
  'law 15': judgeRequestFaults,
  'law 16': judgeCommits,
  'law 17': judgeEnds,
  'law 18': judgeRecords,
  'law 20': judgeSecrets,
  budgets: judgeBudgets,
  tasks: judgeSlots,
};

const minute = 60_000;
const isOwn = ({ owner, provider }: Sent): boolean => owner?.provider === provider;

/** Words of a question stand in no record and no mark. */
function judgeKeptWords({ watch }: Home, { over }: Fresh): readonly string[] {
  const records = over.filter(({ recordText, asking }) =>
    recordText.includes(question(asking.number).slice(-30)),
  );
  const marks = watch.opened.filter(({ evidence }) =>
    evidence.includes('nobody else may ever read'),
  );
  return [
    ...records.map((told) => `the record of ${idOf(told)} has words of its question`),
    ...marks.map((mark) => `the mark "${mark.key}" has words of a question`),
  ];
}

/** A secret is sent as its source has it; a second is far more than a changed file may need. */
function judgeFreshSecrets({ toldOf, keys }: Home, { sent }: Fresh): readonly string[] {
  // A request has one configuration from its beginning to its end.
  const begun = ({ number, at, owner }: Sent): number =>
    owner !== undefined && keys.sourceOf(owner) === 'config'
      ? at - (toldOf.get(number)?.at ?? at)
      : 0;
  return sent
    .filter((one) => one.staleMs - begun(one) > 1000)
    .map(
      ({ number, secret, staleMs }) =>
        `r${number} was sent with ${secret}, which its source had not had for ${staleMs} ms`,
    );
}

/** Behind attempts that took as long, nothing is repeated (docs/retries.md). */
const repeatsMs = 120_000;

/** A key that has worked and is refused for a moment is asked again before its request fails. */
function judgeRechecks(home: Home, { over }: Fresh): readonly string[] {
  const { sent } = home.network;
  return over.flatMap((told) => {
    const { record, asking, leftAt, endedAt = 0 } = told;
    const isPatient = leftAt === undefined && asking.limitS === undefined && !isTask(asking);
    if (
      !isPatient ||
      isRefused(told) ||
      record?.outcome !== 'failed' ||
      record.attempts.length >= 12 ||
      record.attempts.reduce((sum, one) => sum + one.durationMs, 0) >= repeatsMs
    )
      return [];
    const dropped = sentFor(home, told).find(({ secret, at, trouble, provider }) => {
      const others = sent.filter((one) => one.secret === secret && one.provider === provider);
      const worked = others.filter((one) => one.end === 'whole' && one.trouble === undefined);
      // After a verdict on the key nobody asks for a while, and the probe of its mark asks once.
      const isJudged = others.some((one) => one.at < at && refusals.has(one.trouble));
      const isAskedAgain = others.some((one) => one.at > at && one.at <= endedAt);
      const isSuspect = trouble === 'refused for a moment' && worked.some((one) => one.at < at);
      return isSuspect && !isJudged && !isAskedAgain;
    });
    return dropped === undefined
      ? []
      : [`${idOf(told)} gave up ${dropped.secret}, which had worked, at one refusal`];
  });
}

/** Of a key that has worked: they open the same mark. */
const refusals: ReadonlySet<string | undefined> = new Set(['refused for a moment', 'revoked']);

const isTask = ({ model }: Told['asking']): boolean => model !== 'main' && !model.includes('/');

/** Marks end, are obeyed by all but their probe, and have one probe at a time. */
function judgeMarks({ watch }: Home): readonly string[] {
  const odd = watch.odd.splice(0);
  const endless = watch.opened.filter(
    ({ since, until }) => !(until > since && until - since <= 26 * 60 * minute),
  );
  return [
    ...odd,
    ...endless.map((mark) => `the mark "${mark.key}" lasts ${mark.until - mark.since} ms`),
  ];
}

/** Told to `judgeMarks` when it is sent: who goes where a mark is open, and is not its probe. */
export function noteDisobedience(home: Home, sent: Sent): void {
  const { watch } = home;
  const provider = home.runtime()?.config().providers.get(sent.provider);
  const site = provider?.targetFor(sent.model).site;
  for (const mark of watch.listKnown())
    if (covers(mark, sent, site) && watch.claims.get(mark.key)?.owner !== `r${sent.number}`)
      watch.odd.push(`r${sent.number} was sent in spite of "${mark.key}", and is not its probe`);
}

function covers(
  { scope, knownFingerprints }: Mark,
  { origin, model, fingerprint }: Sent,
  site: string | undefined,
): boolean {
  // An account's mark holds the keys that it names; a mark of other accounts is not looked at.
  if (scope.account !== undefined && scope.account !== fingerprint) return false;
  return (
    (scope.origin ?? origin) === origin &&
    (scope.site ?? site) === site &&
    (scope.model ?? model) === model &&
    (scope.operation ?? 'generate') === 'generate' &&
    (scope.fingerprint ?? fingerprint) === fingerprint &&
    (knownFingerprints?.includes(fingerprint) ?? true)
  );
}

/** Targets of a name, in order: those of the configuration. */
function routeOf({ asking, routes }: Pick<Told, 'asking' | 'routes'>): readonly string[] {
  if (routes === undefined) return [];
  const main = [routes.main, ...routes.chain];
  if (asking.model === 'main') return main;
  if (asking.model.includes('/')) {
    // A target that heads a task's route takes that route.
    const heads = ['main', ...Object.keys(routes.auxiliary)].map((model) =>
      routeOf({ asking: { ...asking, model }, routes }),
    );
    return heads.find(([head]) => head === asking.model) ?? [asking.model];
  }
  const settings: {
    provider?: string;
    model?: string;
    fallback_chain?: string[];
    fallback?: string;
  } = routes.auxiliary[asking.model] ?? {};
  const own =
    settings.provider === undefined
      ? []
      : [`${settings.provider}/${settings.model}`, ...(settings.fallback_chain ?? [])];
  const chain = settings.provider === undefined ? (settings.fallback_chain ?? []) : [];
  if (own.length === 0) return [...main, ...chain];
  return settings.fallback === 'none' ? own : [...own, ...main];
}

/** A target at which nothing ever went wrong answers, and nobody behind it is asked. */
function judgeOrder(home: Home, { over }: Fresh): readonly string[] {
  return over.flatMap((told) => {
    const route = routeOf(told);
    const clean = route.findIndex((target) => isClean(home, target));
    if (clean < 0 || home.story.budgets.length > 0) return [];
    const first = route[clean] ?? '';
    const behind = sentFor(home, told).find((sent) => {
      const place = route.indexOf(`${sent.provider}/${sent.model}`);
      return place > clean && !isTooLong(told);
    });
    const isPatient =
      told.asking.model !== 'compression' &&
      told.asking.limitS === undefined &&
      told.leftAt === undefined;
    const mayEnd =
      (told.record?.attempts.length ?? 0) >= 12 ||
      isRefused(told) ||
      (told.record?.durationMs ?? 0) > 10 * minute;
    const isLost = isPatient && !mayEnd && told.ends > 0 && told.record?.outcome !== 'answered';
    return [
      ...(behind === undefined
        ? []
        : [
            `${idOf(told)} went to ${behind.provider}/${behind.model}, though ${first} before it was always well`,
          ]),
      ...(isLost ? [`${idOf(told)} was not answered, though ${first} was always well`] : []),
    ];
  });
}

/** It may pass over whoever has as small a context window (law 15). */
function isTooLong({ record }: Told): boolean {
  return record?.attempts.some(({ failure }) => failure?.class === 'context-overflow') === true;
}

function isClean({ story, network, keys }: Home, target: string): boolean {
  const provider = story.providers.find(({ name }) => target.startsWith(`${name}/`));
  if (provider === undefined) return false;
  const beside = story.providers.filter(({ host }) => host === provider.host);
  return (
    !network.troubled.has(`${provider.host}.test`) &&
    !beside.some(({ name }) => keys.touched.has(name))
  );
}

/** Only what the configuration names is asked. */
function judgeNamed({ story, toldOf }: Home, { sent }: Fresh): readonly string[] {
  return sent.flatMap(({ number, provider, model, origin }) => {
    const found = story.providers.find(({ name }) => name === provider);
    if (found?.models.includes(model) !== true || !found.baseUrl.startsWith(origin))
      return [`r${number} went to ${origin} for ${model}, which nothing names`];
    const asked = toldOf.get(number);
    if (asked === undefined) return [`${provider} was asked for nobody`];
    if (asked.routes === undefined || routeOf(asked).includes(`${provider}/${model}`)) return [];
    return [
      `r${number} for ${asked.asking.model} went to ${provider}/${model}, which is not on its route`,
    ];
  });
}

/** A secret goes to its own provider. */
function judgeOrigins(_home: Home, { sent }: Fresh): readonly string[] {
  return sent
    .filter((one) => !isOwn(one))
    .map(
      ({ number, provider, secret, owner }) =>
        `r${number} brought ${secret === '' ? 'no key' : `a key of ${owner?.provider ?? 'nobody'}`} to ${provider}`,
    );
}

/** Twelve attempts, one at a time, none for a caller who has gone or has its answer. */
function judgeAttempts(home: Home, { sent, over, isLast }: Fresh): readonly string[] {
  const many = over.filter(
    ({ record }) => (record?.attempts.filter(({ isProbe }) => isProbe !== true).length ?? 0) > 12,
  );
  // A probe after each window that a provider has named is none of the twelve; windows last 1 s.
  const flood = over.filter((told) => {
    const most = 24 + ((told.endedAt ?? home.now()) - told.at) / 900;
    const byKey = Map.groupBy(sentFor(home, told), ({ secret }) => secret);
    return [...byKey.values()].some(({ length }) => length > most);
  });
  const late = sent.filter(({ number, at }) => {
    const told = home.toldOf.get(number);
    return told !== undefined && Math.min(told.endedAt ?? Infinity, told.leftAt ?? Infinity) < at;
  });
  return [
    ...[...many, ...flood].map(
      (told) => `${idOf(told)} made ${sentFor(home, told).length} attempts`,
    ),
    ...sent
      .filter(({ beside }) => beside > 0)
      .map(({ number }) => `r${number} asked two targets at once`),
    ...late.map(({ number, provider }) => `r${number} asked ${provider} when it was over`),
    ...(isLast
      ? home.network
          .listOpen()
          .map(({ number, provider }) => `${provider} is still asked for r${number}`)
      : []),
  ];
}

/** A mark is explained by an attempt that met trouble, and not older than a reset. */
function judgeBlame({ network, watch }: Home): readonly string[] {
  const unexplained = watch.opened.flatMap(({ scope, key }) => {
    const isKnown = network.sent.some(
      (sent) =>
        (sent.end !== 'whole' || sent.trouble !== undefined) &&
        scope.origin === sent.origin &&
        (scope.model ?? sent.model) === sent.model &&
        (scope.fingerprint ?? sent.fingerprint) === sent.fingerprint,
    );
    return isKnown ? [] : [`nothing that was sent explains the mark "${key}"`];
  });
  return [...watch.unreset.splice(0), ...unexplained];
}

/** What is wrong with a request marks nobody. */
function judgeRequestFaults({ watch }: Home): readonly string[] {
  return watch.opened
    .filter(({ cause }) => isRequestFault(cause))
    .map((mark) => `"${mark.key}" is marked for a request's own fault`);
}

/** No secret stands in what is written down or told. */
function judgeSecrets(home: Home, { over }: Fresh): readonly string[] {
  const events = home.events.splice(0);
  return [
    ...over
      .filter(({ text }) => text.includes('sk-test-'))
      .map((told) => `${idOf(told)} was told a secret`),
    ...over
      .filter(({ recordText }) => recordText.includes('sk-test-'))
      .map((told) => `the record of ${idOf(told)} has a secret`),
    ...home.watch.opened
      .filter(({ evidence }) => evidence.includes('sk-test-'))
      .map((mark) => `the mark "${mark.key}" has a secret`),
    ...events
      .filter(({ event }) => JSON.stringify(event).includes('sk-test-'))
      .map(({ event }) => `an event ${event.type} has a secret`),
    ...events
      .filter(({ event }) => event.type === 'warning' && event.code === 'local-fault')
      .map(({ event }) => `a fault of ours: ${JSON.stringify(event)}`),
  ];
}

/** No window of a budget is passed by what providers have answered. */
function judgeBudgets({ story, network, toldOf }: Home, { isLast }: Fresh): readonly string[] {
  if (!isLast) return [];
  return story.budgets.flatMap(({ of, unit, limit, per }) => {
    const [kind, name] = of.split(' ');
    const spent = new Map<number, number>();
    for (const sent of network.sent) {
      const asked = toldOf.get(sent.number)?.asking;
      const isCounted =
        kind === 'all' ||
        [`caller ${asked?.caller}`, `task ${asked?.model}`, `provider ${sent.provider}`].includes(
          of,
        );
      // A failure may come under a status of 200, and refusals are not counted.
      const isAnswered =
        sent.trouble === undefined &&
        (unit === 'requests' ? sent.status === 200 : sent.end === 'whole');
      if (!isCounted || !isAnswered || name === '') continue;
      const window = Math.floor(sent.wallAt / (per === 'hour' ? 60 * minute : 24 * 60 * minute));
      spent.set(
        window,
        (spent.get(window) ?? 0) +
          { requests: 1, tokens: usedTokens, usd: usedTokens / 1000 }[unit],
      );
    }
    return [...spent.values()]
      .filter((sum) => sum > limit + 1e-9)
      .map((sum) => `${of} spent ${sum} ${unit} an ${per} of ${limit}`);
  });
}

/** Of a task, no more requests are on their way in one process than it may have. */
function judgeSlots({ story, network, toldOf }: Home, { sent }: Fresh): readonly string[] {
  return Object.entries(story.concurrency).flatMap(([task, most]) => {
    const taskOf = (one: Sent): string | undefined => toldOf.get(one.number)?.asking.model;
    const open = network.listOpen().filter((one) => taskOf(one) === task);
    const busiest = Math.max(
      0,
      ...[...Map.groupBy(open, ({ life }) => life).values()].map(
        (all) => new Set(all.map(({ number }) => number)).size,
      ),
    );
    return sent.length > 0 && busiest > most
      ? [`${busiest} requests of ${task} were on their way at once`]
      : [];
  });
}
