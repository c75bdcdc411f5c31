/**
 * Converts between rows of the sessions file and the contract's types. What the schema guarantees
 * is not checked again.
 */

import type { Parameters, SqlRow } from '../store/sqlite/rows.ts';
import type {
  AttachmentHead,
  SessionHead,
  SessionTurn,
  TitleRank,
  TurnState,
  TurnText,
} from './session.ts';

/** Column names are the field names, NULL is an absent field; the key is returned separately. */
function parseKeyed<Fields>(row: SqlRow): { readonly key: number; readonly fields: Fields } {
  const { key, ...columns } = row;
  const present = Object.entries(columns).filter(([, value]) => value !== null);
  return { key: key as number, fields: Object.fromEntries(present) as Fields };
}

export function parseHead(row: SqlRow): SessionHead {
  return parseKeyed<SessionHead>(row).fields;
}

/** `attached` are the rows of all attachments of the session. */
export function parseTurn(row: SqlRow, attached: readonly SqlRow[]): SessionTurn {
  const { key, fields } = parseKeyed<Omit<SessionTurn, 'attachments'>>(row);
  const own = attached.filter(({ turn }) => turn === key);
  return { ...fields, attachments: own.map(parseAttached) };
}

function parseAttached({ turn: _turn, ...row }: SqlRow): AttachmentHead {
  return parseKeyed<AttachmentHead>(row).fields;
}

export interface FoundTurn extends Pick<SessionTurn, 'number' | 'role' | 'at' | 'text'> {
  readonly session: number;
}

export function parseFoundTurn(row: SqlRow): FoundTurn {
  return parseKeyed<FoundTurn>(row).fields;
}

export function parseText(row: SqlRow, column: string): string {
  return row[column] as string;
}

export function parseRank(row: SqlRow): TitleRank {
  return row['rank'] as TitleRank;
}

export function parseBytes(row: SqlRow | undefined): Uint8Array | undefined {
  return row?.['bytes'] as Uint8Array | undefined;
}

export interface PlacedTurn extends TurnText {
  /** Refers to its session's row. */
  readonly session: number;
  readonly number: number;
  readonly state: TurnState;
  readonly at: number;
}

export function toTurnRow(turn: PlacedTurn): Parameters {
  const {
    session,
    number,
    role,
    state,
    at,
    model = null,
    requestId = null,
    usd = null,
    text,
  } = turn;
  return [session, number, role, state, at, model, requestId, usd, text];
}
