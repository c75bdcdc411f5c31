/** The result of a tool as text, where it holds no files (translate leg). */

import type { ToolOutput } from '../neutral.ts';

export function writeToolOutput(output: Exclude<ToolOutput, { type: 'content' }>): string {
  switch (output.type) {
    case 'text':
    case 'error-text':
      return output.value;
    case 'json':
    case 'error-json':
      return JSON.stringify(output.value);
    case 'execution-denied':
      return output.reason ?? 'The tool was not allowed to run.';
  }
}
