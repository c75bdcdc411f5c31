/** The page in the browser begins here: it follows the gateway, and draws what it knows. */

import { render } from 'preact';
import { App } from './app.tsx';
import { followGateway } from './gateway.ts';
import { showInTab } from './tab.ts';

followGateway();
showInTab();
document.body.replaceChildren();
render(<App />, document.body);
