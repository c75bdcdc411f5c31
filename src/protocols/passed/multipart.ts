/**
 * Finds the fields of a multipart form in its bytes (step 1 of a request, RFC 7578): positions of
 * values, without copying. Pure.
 */

export interface FormField {
  readonly name: string;
  readonly isFile: boolean;
  /** Start of its value, in bytes. */
  readonly start: number;
  readonly end: number;
}

const lineEnd = '\r\n';
const headEnd = '\r\n\r\n';

export function isMultipart(contentType: string | undefined): boolean {
  return contentType !== undefined && /^\s*multipart\//i.test(contentType);
}

/** The string between the parts; undefined if the content type does not name it. */
export function boundaryOf(contentType: string): string | undefined {
  const found = /;\s*boundary=(?:"([^"]+)"|([^\s";]+))/i.exec(contentType);
  return found?.[1] ?? found?.[2];
}

/** Lists them in order; undefined if the form is incomplete, or does not have this boundary. */
export function findFields(body: Buffer, boundary: string): readonly FormField[] | undefined {
  const mark = `--${boundary}`;
  const fields: FormField[] = [];
  let at = body.indexOf(mark);
  while (at >= 0) {
    const after = at + mark.length;
    if (body.toString('latin1', after, after + 2) === '--') return fields;
    // A part without headers has its empty line right after the boundary.
    const head = body.indexOf(headEnd, after);
    const next = head < 0 ? -1 : body.indexOf(`${lineEnd}${mark}`, head + lineEnd.length);
    if (next < 0) return undefined;
    const field = readPartHead(body.toString('utf8', after, head));
    // For an empty value some senders leave out the line end that belongs to the boundary.
    if (field !== undefined)
      fields.push({ ...field, start: Math.min(head + headEnd.length, next), end: next });
    at = next + lineEnd.length;
  }
  return undefined;
}

function readPartHead(head: string): Pick<FormField, 'name' | 'isFile'> | undefined {
  const disposition = /^content-disposition:(.*)$/im.exec(head)?.[1] ?? '';
  const name = /;\s*name=(?:"([^"]*)"|([^\s";]+))/i.exec(disposition);
  if (name === null) return undefined;
  return { name: name[1] ?? name[2] ?? '', isFile: /;\s*filename\*?=/i.test(disposition) };
}
