/** The page in the browser begins here: it follows the gateway, and draws what it knows. */

import { render } from 'preact';
import { App } from './app.tsx';
import { follow, showInTab } from './gateway.ts';

follow();
showInTab();
render(<App />, document.body);
