/**
 * What a staged trouble is made of: where its servers listen, its files and variables, and the same
 * few lines of configuration.
 */

/** Where the simulated provider listens, and a port that somebody else has. */
export interface Scene {
  /** Ends with `/v1`. */
  readonly provider: string;
  readonly takenPort: number;
  /** The same provider, which serves nothing but what is below `/v1`; without that at its end. */
  readonly unversioned: string;
  /** A server whose clock is an hour behind. */
  readonly late: string;
  /** One whose certificate nobody knows. */
  readonly untrusted: string;
  /** One whose certificate has ended, and the file that makes it known. */
  readonly ended: string;
  readonly endedFile: string;
  /**
   * A proxy that looks into TLS by an authority of its own, and the file that this machine knows it
   * by.
   */
  readonly proxy: string;
  readonly proxyFile: string;
  /** Where one logs in, and what takes its tokens; see `LoginScene`. */
  readonly login: LoginScene;
}

/** A server of logins. */
export interface LoginScene {
  readonly issuer: string;
  readonly clientId: string;
  readonly api: string;
  /** Types the code that stands in what was said, as a person would. */
  readonly confirm: (said: string) => void;
  /** Whatever was given out until now is refused. */
  readonly revoke: () => Promise<void>;
}

export interface StagedTrouble {
  readonly name: string;
  readonly config: string;
  /** Further files of the home. */
  readonly files?: Readonly<Record<string, string>>;
  /** Variables of the shell. */
  readonly shell?: Readonly<Record<string, string>>;
  /** A gateway runs, with these variables and not the shell's. */
  readonly service?: Readonly<Record<string, string>>;
  /** Programs on the path, in `sh`. */
  readonly programs?: Readonly<Record<string, string>>;
  /** What a person did before. With status 77 this machine does not let it be staged. */
  readonly before?: string;
  /** Hears what is said beside the answers. */
  readonly onTalk?: (text: string) => void;
  /** Done once all that is over. */
  readonly afterwards?: () => Promise<void>;
  /** What clears away what `before` has made. */
  readonly clear?: string;
  /** The command that names it. Default: `holdfast doctor`. */
  readonly by?: string;
  /** Its cause, in the first five lines. */
  readonly says: RegExp;
  /** What is typed where the fix asks for something. */
  readonly typed?: string;
  /** What must end well afterwards. Default: `holdfast ask hello`. */
  readonly after?: string;
  /** No line of ours fixes it: it is only named. */
  readonly isOthers?: true;
}

export const good = 'sk-sim-good+new';

export function listProviders(baseUrl: string): string {
  return `providers:\n  xiaomi: {base_url: "${baseUrl}"}\n  spare: {base_url: "${baseUrl}", protocol: openai-chat, api_key: sk-sim-good+spare}\n`;
}

/** A main model at one provider, which is a catalogue's with another address. */
export function standAlone(baseUrl: string): string {
  return `main: xiaomi/sim/echo\nproviders:\n  xiaomi: {base_url: "${baseUrl}"}\n`;
}

export function withKey(key: string): Readonly<Record<string, string>> {
  return { '.env': `XIAOMI_API_KEY=${key}\n` };
}

export const ask = 'holdfast ask hello';
