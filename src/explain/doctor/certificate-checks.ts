/**
 * Judges a server's certificate: one signed by an intercepting proxy, or expired, or about to
 * expire. Pure.
 */

import { describePast, describeWait } from '../../access/wording/when.ts';
import { shellLine } from '../../host/shell-line.ts';
import type { CertificateReading } from '../../host.ts';
import type { Fix } from '../../model/fix.ts';
import { createTrouble, type Trouble } from './troubles.ts';

/** People who renew by hand need a warning this early; programs renew before it. */
const nearMs = 7 * 24 * 60 * 60_000;

/** Judges a trusted certificate that expires soon. */
export function judgeEnd(
  server: string,
  { endsAt }: CertificateReading,
  now: number,
): readonly Trouble[] {
  if (endsAt - now > nearMs) return [];
  const what = `the certificate of ${server} ends in ${describeWait(Math.max(0, endsAt - now))}`;
  const fix = { text: 'tell its operator: it is not trusted after that' };
  return [createTrouble('odd', what, { fix, exit: 0 })];
}

/** Why the certificate is not trusted, if it was seen, and the fix. */
export interface Distrust {
  readonly because?: string;
  readonly fix: Fix;
}

export function describeDistrust(reading: CertificateReading | undefined, now: number): Distrust {
  if (reading === undefined) return { fix: byHand };
  const { issuer, endsAt, isTrustedBySystem } = reading;
  if (endsAt <= now)
    return {
      because: `its certificate ended ${describePast(endsAt, now)}`,
      fix: { text: "only its operator can renew it, unless this machine's clock is wrong" },
    };
  const because = `its certificate is signed by "${issuer}", whom Node does not know`;
  if (isTrustedBySystem !== true) return { because, fix: byHand };
  return {
    because: `${because} and this machine does`,
    fix: {
      text: 'trust what this machine trusts; a service reads it from its service.env',
      command: shellLine`export NODE_USE_SYSTEM_CA=1`,
    },
  };
}

const byHand: Fix = {
  text: 'if it is a proxy or a server of your own, export NODE_EXTRA_CA_CERTS=FILE with the certificate of its issuer',
};
