/**
 * Finds images in `openai-responses` bodies: parts of a message and of a tool's output,
 * screenshots, and images made by the vendor's tool.
 */

import {
  type Picture,
  type PictureForm,
  pictureAt,
  type TellPicture,
  textIn,
} from '../content/pictures.ts';
import { isRecord, type WireObject } from '../json/is-record.ts';

export const responsesPictures: PictureForm = {
  field: 'input',
  words: ['input_image', 'input_file', 'computer_screenshot', 'image_generation_call'],
  tell: (part, tell) => {
    switch (part['type']) {
      case 'computer_call':
        return toFunctionCall(part);
      case 'computer_call_output':
        return toFunctionOutput(part, tell);
      case 'image_generation_call':
        return toSaid(part, tell);
      default: {
        const picture = pictureOf(part);
        return picture === undefined ? undefined : { type: 'input_text', text: tell(picture) };
      }
    }
  },
};

function pictureOf({ type, image_url: url, file_data: data }: WireObject): Picture | undefined {
  if (type === 'input_image') return { url: textIn(url) };
  return type === 'input_file' ? pictureAt(textIn(data)) : undefined;
}

/**
 * A computer call's output may only be a screenshot: to replace it by text, call and output become
 * those of a function.
 */
function toFunctionOutput({ call_id, output }: WireObject, tell: TellPicture): WireObject {
  const url = isRecord(output) ? textIn(output['image_url']) : undefined;
  return { type: 'function_call_output', call_id, output: tell({ url }) };
}

function toFunctionCall({ call_id, action, actions }: WireObject): WireObject {
  const args = JSON.stringify(action ?? actions ?? {});
  return { type: 'function_call', call_id, name: 'computer', arguments: args };
}

/** Replaces an image made by the model by text of the model. */
function toSaid({ result }: WireObject, tell: TellPicture): WireObject {
  const data = textIn(result);
  const text = tell({ url: data === undefined ? undefined : `data:image/png;base64,${data}` });
  return { type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] };
}
