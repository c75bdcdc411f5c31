/**
 * Where pictures hide besides plain image parts: each is found, and words take its place in a form
 * that its vendor takes.
 */

import { expect, it } from 'vitest';
import { messagesPictures } from '../anthropic-messages/pictures.ts';
import { googlePictures } from '../google-generate-content/pictures.ts';
import type { WireObject } from '../json/is-record.ts';
import { chatPictures } from '../openai-chat/pictures.ts';
import { responsesPictures } from '../openai-responses/pictures.ts';
import { listPictures, type Picture, type PictureForm, replacePictures } from './pictures.ts';

const url = 'data:image/png;base64,AAAA';
const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } };
const file = { url: undefined, isFile: true };
const said = { type: 'text', text: 'words' };

type Row = readonly [
  name: string,
  form: PictureForm,
  items: readonly object[],
  pictures: readonly Picture[],
  told: readonly object[],
];

const rows: readonly Row[] = [
  [
    'a screenshot that a tool of Claude Code returns',
    messagesPictures,
    [{ role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: [image] }] }],
    [{ url }],
    [{ role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: [said] }] }],
  ],
  [
    'a PDF',
    messagesPictures,
    [{ role: 'user', content: [{ type: 'document', source: { type: 'base64', data: 'AAAA' } }] }],
    [file],
    [{ role: 'user', content: [said] }],
  ],
  [
    'a picture within a document of blocks',
    messagesPictures,
    [
      {
        role: 'user',
        content: [{ type: 'document', source: { type: 'content', content: [image] } }],
      },
    ],
    [{ url }],
    [
      {
        role: 'user',
        content: [{ type: 'document', source: { type: 'content', content: [said] } }],
      },
    ],
  ],
  [
    'a screenshot of computer use',
    responsesPictures,
    [
      {
        type: 'computer_call',
        id: 'cu_1',
        call_id: 'c',
        action: { type: 'click', x: 1 },
        status: 'completed',
      },
      {
        type: 'computer_call_output',
        call_id: 'c',
        output: { type: 'computer_screenshot', image_url: url },
      },
    ],
    [{ url }],
    [
      {
        type: 'function_call',
        call_id: 'c',
        name: 'computer',
        arguments: '{"type":"click","x":1}',
      },
      { type: 'function_call_output', call_id: 'c', output: 'words' },
    ],
  ],
  [
    'what the tool of the vendor has drawn',
    responsesPictures,
    [{ type: 'image_generation_call', id: 'ig_1', result: 'AAAA', status: 'completed' }],
    [{ url }],
    [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'words' }] }],
  ],
  [
    'a PDF',
    responsesPictures,
    [
      {
        role: 'user',
        content: [{ type: 'input_file', file_data: 'data:application/pdf;base64,AAAA' }],
      },
    ],
    [file],
    [{ role: 'user', content: [{ type: 'input_text', text: 'words' }] }],
  ],
  [
    'a PDF',
    chatPictures,
    [
      {
        role: 'user',
        content: [{ type: 'file', file: { file_data: 'data:application/pdf;base64,AAAA' } }],
      },
    ],
    [file],
    [{ role: 'user', content: [said] }],
  ],
  [
    'a PDF',
    googlePictures,
    [{ role: 'user', parts: [{ inlineData: { mimeType: 'application/pdf', data: 'AAAA' } }] }],
    [file],
    [{ role: 'user', parts: [{ text: 'words' }] }],
  ],
];

it.each(rows)(
  '%s is found, and words take its place (%#)',
  (_name, form, items, pictures, told) => {
    const body: WireObject = { [form.field]: items };
    expect(form.words.some((word) => JSON.stringify(body).includes(word))).toBe(true);
    expect(listPictures(body, form)).toEqual(pictures);
    expect(replacePictures(body, form, () => 'words')).toEqual({ [form.field]: told });
  },
);

const untouched: readonly (readonly [string, PictureForm, readonly object[]])[] = [
  [
    'a document of text',
    messagesPictures,
    [{ role: 'user', content: [{ type: 'document', source: { type: 'text', data: 'a' } }] }],
  ],
  [
    'a file of text',
    chatPictures,
    [
      {
        role: 'user',
        content: [{ type: 'file', file: { file_data: 'data:text/plain;base64,YQ==' } }],
      },
    ],
  ],
  [
    'sound',
    googlePictures,
    [{ role: 'user', parts: [{ inlineData: { mimeType: 'audio/wav', data: 'A' } }] }],
  ],
  [
    'what a tool is called with',
    messagesPictures,
    [{ role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'draw', input: image }] }],
  ],
];

it.each(untouched)('%s stays as it is', (_name, form, items) => {
  const body: WireObject = { [form.field]: items };
  expect(listPictures(body, form)).toEqual([]);
  expect(replacePictures(body, form, () => 'words')).toEqual(body);
});
