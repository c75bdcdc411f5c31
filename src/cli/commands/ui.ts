/** `holdfast ui` opens the page of a running gateway in a browser, by a link that works once. */

import { describeClock } from '../../access/wording/when.ts';
import { AccessError } from '../../errors.ts';
import type { LinkAnswer } from '../../gateway/admin/answers.ts';
import { openInBrowser } from '../context/browser.ts';
import { createCommand, json, type Printout, textOption, toggle } from '../context/command.ts';
import type { Readings } from '../context/gateway-readings.ts';
import { mistake } from '../context/mistake.ts';
import { withReadings } from '../context/readings.ts';

/** In seconds. A phone has to be fetched, and the code held before it. */
const lasts = { here: 60, phone: 600 };

export const commands = {
  ui: createCommand({
    params: {
      print: toggle('only print the link, and open no browser'),
      qr: toggle('show the link as a QR code, for a phone; it is valid for 10 minutes'),
      gateway: textOption('url', 'the gateway whose page to open; default: that of this home'),
      json,
    },
    exits: { 1: 'no gateway runs' },
    example: 'holdfast ui --print',
    run: ({ print, qr, gateway, json }, context) =>
      withReadings(context, gateway, async (readings): Promise<Printout> => {
        const seconds = qr ? lasts.phone : lasts.here;
        const link = await askForLink(readings, seconds);
        const said = { json: { schema: 'holdfast.ui/1', ...link }, out: [link.url] } as const;
        const { clock } = context.host;
        const until = `it opens the page once, until ${describeClock(link.until, clock.now())}`;
        if (qr) return { ...said, out: await drawLink(link), talk: [`${link.url}\n${until}`] };
        if (print || json) return { ...said, talk: [until] };
        const isOpened = await openInBrowser(context.host, link.url);
        return { ...said, talk: [isOpened ? 'a browser opens it now' : until] };
      }),
  }),
};

async function askForLink({ order }: Readings, seconds: number): Promise<LinkAnswer> {
  if (order !== undefined) return order<LinkAnswer>('link', { seconds });
  throw new AccessError('gateway-unreachable', 'no gateway of this home runs to show its page', {
    fix: 'start it: holdfast serve',
  });
}

/** A phone does not reach this machine by its loopback address. */
async function drawLink({ url }: LinkAnswer): Promise<readonly string[]> {
  if (new URL(url).protocol !== 'https:')
    throw mistake(
      `a phone cannot open ${new URL(url).origin}`,
      'put a server with https in front, and set gateway.public_url (docs/page.md)',
    );
  const { renderUnicodeCompact } = await import('uqr');
  return [renderUnicodeCompact(url)];
}
