# A developer who puts the library into a server of their own, bundled by esbuild (docs/library.md).

echo '{"type": "module"}' >package.json
npm install "$TARBALL"
cat >server.ts <<'END'
import { createServer } from 'node:http';
import { createHoldfast, type Holdfast, NoTargetAnswered } from 'holdfast';

// Made at the first request, so that a build may import this file without a key.
let holdfast: Holdfast | undefined;

const server = createServer(async (request, response) => {
  const left = new AbortController();
  response.on('close', () => left.abort());
  holdfast ??= createHoldfast();
  try {
    const prompt = decodeURIComponent(request.url?.slice(1) ?? '');
    await holdfast.ask({ prompt, signal: left.signal, onText: (text) => response.write(text) });
    response.end();
  } catch (error) {
    if (!(error instanceof NoTargetAnswered)) throw error;
    response.writeHead(502).end(error.fix?.text);
  }
});
server.listen(0, '127.0.0.1', () => console.log(server.address()));
process.on('SIGTERM', async () => {
  server.close();
  await holdfast?.close();
});
END
esbuild server.ts --bundle --platform=node --format=esm --outfile=bundle/server.mjs
rm -r node_modules # the bundle needs none

mkdir -p ~/.config/holdfast
cat >~/.config/holdfast/config.yaml <<END
main: vendor/sim/status-503
fallback_chain: [spare/sim/echo]
providers:
  vendor: {base_url: "$SIM", protocol: openai-chat, api_key: sk-sim-good}
  spare: {base_url: "$SIM", protocol: openai-chat, api_key: sk-sim-good+2}
END

node bundle/server.mjs >server.txt &
server=$!
started=$server
until [ -s server.txt ]; do sleep 0.1; done
port=$(sed -n 's/.*port: \([0-9]*\).*/\1/p' server.txt)
curl -sS "http://127.0.0.1:$port/Why%20is%20the%20sky%20blue?" | grep 'sky blue'
kill $server
wait $server

# What the program did is known to the commands.
holdfast why | grep 'spare/sim/echo, the second choice'
