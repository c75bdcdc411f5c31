/**
 * Describes what a request would meet now: the targets of a route in order, their keys, and the
 * state of each. A plain value with names, places and fingerprints, and never a secret. `explain`,
 * `doctor`, `tasks` and the admin API read it.
 */

import type { Shortage } from '../../access/spending/wording.ts';
import type { KeyState } from '../../credentials/health/key-state.ts';
import type { MarkForecast } from '../../diagnostics/classify-response.ts';
import type { KeyRow } from '../../diagnostics/key-report.ts';
import type { AnswerSpeaker, FailureClass, Mark } from '../../model/failure.ts';
import type { Fix, ShellLine } from '../../model/fix.ts';
import type { RequestRecord } from '../../model/record.ts';
import type { ProviderLinks } from '../../providers/entry.ts';

/** The kinds of things that a name may mean; the first match wins. */
export type PlanKind = 'task' | 'provider' | 'model' | 'credential';

export interface Plan {
  /** Epoch ms. */
  readonly at: number;
  /** The name that was asked for, and other things of that name. Absent: every task. */
  readonly asked?: AskedName | undefined;
  /** The path of the configuration, or a phrase if there is no file. */
  readonly config: string;
  /** Why a later change of that file is refused. Absent: it is in force as it is. */
  readonly refused?: string | undefined;
  readonly routes: readonly RoutePlan[];
  /** Tasks that are switched off. */
  readonly tasksOff: readonly string[];
  /** Tasks without their own settings, which use the route of `main`. Absent: none. */
  readonly tasksAsMain?: readonly string[];
  /** How the tasks fared last. Absent: no records were read. */
  readonly outcomes?: readonly TaskOutcome[];
}

/** What the latest requests of a task say about the next one. */
export interface TaskOutcome {
  /** A task, or a model that failed requests have named. */
  readonly task: string;
  /** `unknown` if there is no request, or something has changed since it failed. */
  readonly state: 'answered' | 'failed' | 'unknown';
  /** Why it is unknown: `the configuration has changed since`. */
  readonly why?: string | undefined;
  /** The request that decides. Absent: there is none. */
  readonly last?: RequestRecord | undefined;
  /** The newest request, if it was refused for its own sake, which decides nothing. */
  readonly refused?: RequestRecord | undefined;
  /** Counts requests that failed in a row, back from the last. */
  readonly inARow: number;
  /** When the first of them began, epoch ms. */
  readonly since?: number | undefined;
  /** An attempt of the task may take this long, ms. Absent: the task has no limit of its own. */
  readonly timeoutMs?: number | undefined;
}

/** What the latest requests say of one target: it failed where they went on to another. */
export type TargetOutcome = Omit<TaskOutcome, 'task' | 'timeoutMs'>;

interface AskedName {
  readonly name: string;
  readonly kind: PlanKind;
  readonly also: readonly PlanKind[];
}

/** The targets for one task, or for a model that a request names (`pinned`). */
export interface RoutePlan {
  readonly task: string;
  /** Whether a target can be asked now, or will recover by itself. */
  readonly isUsable: boolean;
  /** A budget of the task, or of all requests, is used up. Absent: there is room. */
  readonly budget?: Shortage | undefined;
  /** The target that is asked first now. Absent: none can be. */
  readonly next?: Named | undefined;
  readonly targets: readonly TargetPlan[];
  /** What would happen if the first target failed. Present only if a name was asked for. */
  readonly failing?: (Named & { readonly failures: readonly FailurePlan[] }) | undefined;
}

/** One target with one key, or without, if it needs none. */
interface Named {
  readonly target: string;
  readonly key?: string | undefined;
}

export interface TargetPlan {
  /** Has the form `provider/model`. */
  readonly id: string;
  readonly provider: string;
  readonly baseUrl: string;
  /** The vendor's pages. Absent: another server than the vendor's is asked. */
  readonly links?: Partial<ProviderLinks> | undefined;
  /** Fetches its model, if its program can. */
  readonly pull?: ShellLine | undefined;
  /** Why it is on the route: `main`, `fallback_chain[0]`, `named by the request`. */
  readonly reason: string;
  /** Where the configuration names it: `main.model` in `config.yaml:3`. */
  readonly named?: { readonly key: string; readonly source: string } | undefined;
  /** A similar model that the provider offers, if none of its lists has this one. */
  readonly nearest?: string | undefined;
  readonly images: ImagesPlan;
  /** What its latest requests of every task say. Absent: no records were read. */
  readonly outcome?: TargetOutcome | undefined;
  /** Describes its best key. */
  readonly standing: StandingPlan;
  /** Sorted by order of use. Empty if it needs no key. */
  readonly keys: readonly KeyPlan[];
  /** Counts the keys beyond the listed ones. Absent: all are listed. */
  readonly unlisted?: number | undefined;
}

/** Whether a target sees images. If that is unknown, it gets them. */
export interface ImagesPlan {
  readonly seen: 'yes' | 'no' | 'unknown';
  /** Names the source of this fact: `the catalogue`, `config.yaml:4`, `its refusal`. */
  readonly source?: string | undefined;
  /** When it refused, epoch ms. One hour later it is asked again. */
  readonly learnedAt?: number | undefined;
  /** What happens to a request with images for this target. */
  readonly instead?: string | undefined;
}

/** Tells a key by what its report says, and how it stands with this target. */
export type KeyPlan = StandingPlan &
  Pick<
    KeyRow,
    | 'id'
    | 'label'
    | 'source'
    | 'foundAt'
    | 'alsoAt'
    | 'variable'
    | 'fingerprint'
    | 'shadowedBy'
    | 'windows'
    | 'logins'
  >;

/** Describes a target with one key, or without any. */
export interface StandingPlan {
  readonly state: KeyState;
  /** Explains `missing`, `barred` and a budget. */
  readonly detail?: string | undefined;
  /** Ends what `detail` says. Absent: its state has the fix. */
  readonly fix?: Fix | undefined;
  /** Why it is held back. */
  readonly cause?: FailureClass | 'budget' | undefined;
  /** The provider's own words, redacted. */
  readonly evidence?: string | undefined;
  /** Whose words they are, if not the target's. */
  readonly speaker?: AnswerSpeaker | undefined;
  /** Epoch ms. */
  readonly since?: number | undefined;
  /** Epoch ms. */
  readonly until?: number | undefined;
  readonly endSetBy?: Mark['endSetBy'] | undefined;
  readonly namedUntil?: Mark['namedUntil'];
  /** Why the other keys of its target are asked first. */
  readonly late?: string | undefined;
  /** When it last worked, epoch ms. */
  readonly provenAt?: number | undefined;
}

/**
 * What would happen if the first target failed this way, by the engine's own rules and decisions.
 */
export interface FailurePlan {
  /** Names the simulated failure: `401`, `cut`, `silence`. */
  readonly met: string;
  readonly class: FailureClass;
  readonly rule: string;
  /** The steps that follow, in order, while it keeps failing. */
  readonly steps: readonly string[];
  /** How the target is held back afterwards. Absent: it is not. */
  readonly mark?:
    | (Pick<MarkForecast, 'scope' | 'afterInARow'> & { readonly forMs: number })
    | undefined;
}
