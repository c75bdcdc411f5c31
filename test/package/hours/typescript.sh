# A developer who puts the library into a server of their own with Express, bundled by esbuild
# (docs/library.md).

echo '{"type": "module"}' >package.json
npm install "$TARBALL" express
cat >server.ts <<'END'
import express from 'express';
import { createHoldfast, type Holdfast, NoTargetAnswered } from 'holdfast';

// Made at the first request, so that a build may import this file without a key.
let holdfast: Holdfast | undefined;

const app = express();
app.get('/ask/:prompt', async (request, response) => {
  const left = new AbortController();
  response.on('close', () => left.abort());
  holdfast ??= createHoldfast();
  const { prompt } = request.params;
  try {
    await holdfast.ask({ prompt, signal: left.signal, onText: (text) => response.write(text) });
    response.end();
  } catch (error) {
    if (!(error instanceof NoTargetAnswered)) throw error;
    response.status(502).send(error.fix?.text);
  }
});
const server = app.listen(0, '127.0.0.1', () => console.log(server.address()));
process.on('SIGTERM', async () => {
  server.close();
  await holdfast?.close();
});
END
esbuild server.ts --bundle --platform=node --format=cjs --outfile=bundle/server.cjs
rm -r node_modules # the bundle needs none

mkdir -p ~/.config/holdfast
cat >~/.config/holdfast/config.yaml <<END
main: vendor/sim/status-503
fallback_chain: [spare/sim/echo]
providers:
  vendor: {base_url: "$SIM", protocol: openai-chat, api_key: sk-sim-good}
  spare: {base_url: "$SIM", protocol: openai-chat, api_key: sk-sim-good+2}
END

node bundle/server.cjs >server.txt &
server=$!
started=$server
until [ -s server.txt ]; do sleep 0.1; done
port=$(sed -n 's/.*port: \([0-9]*\).*/\1/p' server.txt)
curl -sS "http://127.0.0.1:$port/ask/Why%20is%20the%20sky%20blue?" | grep 'sky blue'
kill $server
wait $server

# What the program did is known to the commands.
holdfast why | grep 'spare/sim/echo, the second choice'
