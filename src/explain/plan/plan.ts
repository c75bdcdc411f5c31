/**
 * What a request would meet now: the targets of a route in order, the keys of each, and how each of
 * them stands. A plain value with names, places and fingerprints; never a secret. `explain`,
 * `doctor`, `tasks` and the admin API read it.
 */

import type { KeyState } from '../../credentials/health/key-state.ts';
import type { CandidateField } from '../../failures/row.ts';
import type { LimitLeft, SecretSource } from '../../model/credential.ts';
import type { AnswerSpeaker, FailureClass, Mark } from '../../model/failure.ts';

/** What a name may stand for; the first that fits is meant. */
export type PlanKind = 'task' | 'provider' | 'model' | 'credential';

export interface Plan {
  /** Epoch ms. */
  readonly at: number;
  /** What was asked for, and what else bears that name. Absent: every task. */
  readonly asked?: AskedName | undefined;
  /** The path of the configuration, or what stands for a file. */
  readonly config: string;
  readonly routes: readonly RoutePlan[];
  /** Tasks that are switched off. */
  readonly tasksOff: readonly string[];
  /** Tasks that the configuration does not mention: they take the route of `main`. Absent: none. */
  readonly tasksAsMain?: readonly string[];
}

interface AskedName {
  readonly name: string;
  readonly kind: PlanKind;
  readonly also: readonly PlanKind[];
}

/** Who is asked for one task, or for a model that a request names (`pinned`). */
export interface RoutePlan {
  readonly task: string;
  /** Somebody can be asked now, or comes back without anybody's help. */
  readonly isUsable: boolean;
  /**
   * A budget of the task or of all requests has no room: why nobody is asked, and until when (epoch
   * ms). Absent: there is room.
   */
  readonly budget?: { readonly text: string; readonly until?: number | undefined } | undefined;
  /** Who is asked first now. Absent: nobody can be. */
  readonly next?: Named | undefined;
  readonly targets: readonly TargetPlan[];
  /**
   * What would happen if the first of those that are told failed. Only where something was asked
   * for by name.
   */
  readonly failing?: (Named & { readonly failures: readonly FailurePlan[] }) | undefined;
}

/** One target with one key; none where it needs none. */
interface Named {
  readonly target: string;
  readonly key?: string | undefined;
}

export interface TargetPlan {
  /** `provider/model`. */
  readonly id: string;
  readonly provider: string;
  readonly baseUrl: string;
  /** Why it stands here: `main`, `fallback_chain[0]`, `named by the request`. */
  readonly reason: string;
  /** Where config says so: `main.model` in `config.yaml:3`. */
  readonly named?: { readonly key: string; readonly source: string } | undefined;
  /** One that its provider offers, where this model is in no list of it. */
  readonly nearest?: string | undefined;
  readonly images: ImagesPlan;
  /** How it stands, whatever key is taken: that of the best of them. */
  readonly standing: StandingPlan;
  /** In order of use. Empty where none is needed. */
  readonly keys: readonly KeyPlan[];
  /** Keys that the list leaves out, because there are so many. Absent: none. */
  readonly unlisted?: number | undefined;
}

/** Whether a target sees images. Where nobody knows, it is asked with them. */
export interface ImagesPlan {
  readonly seen: 'yes' | 'no' | 'unknown';
  /** Who says so: `the catalogue`, `config.yaml:4`, `its refusal`. */
  readonly source?: string | undefined;
  /** When it refused, epoch ms; an hour later it is asked again. */
  readonly learnedAt?: number | undefined;
  /** What becomes of a request with images that would go to it. */
  readonly instead?: string | undefined;
}

/** Where a secret was found, and which it is. */
export interface FoundSecret {
  readonly foundAt: string;
  readonly fingerprint: string;
}

export interface KeyPlan extends StandingPlan {
  readonly id: string;
  readonly label: string;
  readonly source: SecretSource;
  /** Where it was found; for a missing one, where we looked. */
  readonly foundAt: string;
  /** Further places with the very same secret. */
  readonly alsoAt: readonly string[];
  readonly fingerprint?: string | undefined;
  /** Of its limits, as its provider said with the latest answer. */
  readonly left?: LimitLeft | undefined;
  /** The one that comes before it from a source of higher rank. */
  readonly hiddenBy?: FoundSecret | undefined;
  /** A value of the environment that `.env` hides: no request uses it. */
  readonly hides?: FoundSecret | undefined;
}

/** How a target stands with one key, or without any. */
export interface StandingPlan {
  readonly state: KeyState;
  /** Of `missing` and `barred`, and of a budget: why. */
  readonly detail?: string | undefined;
  /** Why it is held back. */
  readonly cause?: FailureClass | 'budget' | undefined;
  /** The provider's own words, redacted. */
  readonly evidence?: string | undefined;
  /** Whose words these are, where not the target's own. */
  readonly speaker?: AnswerSpeaker | undefined;
  /** Epoch ms. */
  readonly since?: number | undefined;
  /** Epoch ms. */
  readonly until?: number | undefined;
  readonly endSetBy?: Mark['endSetBy'] | undefined;
  /** When it last worked, epoch ms. */
  readonly provenAt?: number | undefined;
}

/**
 * What would happen if whoever is asked first failed this way, by the engine's own rules and
 * decisions.
 */
export interface FailurePlan {
  /** `401`, `cut`, `silence`. */
  readonly met: string;
  readonly class: FailureClass;
  /** The rule that reads it so. */
  readonly rule: string;
  /** In order, while it goes on failing. */
  readonly steps: readonly string[];
  /** How it is held back then. Absent: it is not. */
  readonly mark?:
    | {
        readonly scope: readonly CandidateField[];
        readonly forMs: number;
        readonly afterInARow: number;
      }
    | undefined;
}
