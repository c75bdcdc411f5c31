/**
 * `holdfast classify` explains what a provider's answer means, which rule says so, and how Holdfast
 * would react. It sends nothing.
 */

import { askWhetherMeant } from '../../config/schema/nearest.ts';
import { Redactor } from '../../credentials/redact/redact.ts';
import { type ClassifyReport, classifyResponse } from '../../diagnostics/classify-response.ts';
import { isStreamText } from '../../diagnostics/judge-response.ts';
import { readResponseText } from '../../diagnostics/response-text.ts';
import { builtinEntries } from '../../providers/builtin.ts';
import { createCommand, InvalidValue, json, parsed, textOption } from '../context/command.ts';
import { mistake } from '../context/mistake.ts';
import { describeClassification } from '../terminal/classification-lines.ts';

/** An entry about which nothing is known, so that only the rules for every provider match. */
const anyProvider = 'custom';

export const commands = {
  classify: createCommand({
    params: {
      provider: textOption(
        'name',
        'the provider that gave the answer; default: only the rules for all providers',
      ),
      status: parsed('code', 'HTTP status of a bare body', parseStatus),
      json,
    },
    example: 'holdfast classify --status 429 < body.json',
    run: async (asked, { terminal, host }) => {
      const provider = requireKnownProvider(asked.provider ?? anyProvider);
      const { status } = asked;
      const pasted = readResponseText(await terminal.readInput(), {
        status,
        isStream: isStreamText,
      });
      const now = receivedAt(pasted.headers['date']) ?? host.clock.now();
      const redactor = new Redactor();
      const redact = (text: string): string => redactor.redact(text);
      const report = classifyResponse({ ...pasted, provider, now, redact });
      const limits = builtinEntries.find(({ name }) => name === provider);
      const isNarrow = asked.provider === undefined && report.failure !== undefined;
      const more = 'Only the rules for every provider were used; --provider adds the vendor’s own.';
      return {
        json: { schema: 'holdfast.classify/1', ...reportAsJson(report, now) },
        out: describeClassification(report, limits?.limitScope ?? 'unknown'),
        talk: isNarrow ? [more] : [],
      };
    },
  }),
};

function parseStatus(text: string): number {
  const status = Number(text);
  if (/^\d{3}$/.test(text) && status >= 200 && status <= 599) return status;
  throw new InvalidValue('an HTTP status is a whole number from 200 to 599.');
}

function requireKnownProvider(provider: string): string {
  const names = builtinEntries.map(({ name }) => name);
  if (names.includes(provider)) return provider;
  const hints = [
    askWhetherMeant(provider, names) ?? [],
    `--provider takes one of: ${names.join(', ')}`,
  ].flat();
  throw mistake(`no provider is called "${provider}"`, hints.join(' '));
}

/** Reset times count from the answer's own `date`, since it may be pasted an hour later. */
function receivedAt(date: string | undefined): number | undefined {
  const at = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isNaN(at) ? undefined : at;
}

function reportAsJson(report: ClassifyReport, now: number): object {
  const stream = report.stream && { ...report.stream, error: undefined };
  return { receivedAt: new Date(now).toISOString(), ...report, stream };
}
