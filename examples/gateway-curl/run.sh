#!/usr/bin/env bash
# The gateway as any HTTP client sees it: started without a configuration it answers from the simulated provider.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PATH="$PWD/node_modules/.bin:$PATH"

HOLDFAST_HOME=$(mktemp -d)
export HOLDFAST_HOME
holdfast() { node bin/holdfast.js "$@"; }

# --port 0 takes any free port; --json says which. In daily use: `holdfast serve`, on port 4653.
HOLDFAST_PORT=0 node bin/holdfast.js serve --sim-if-no-config --json >"$HOLDFAST_HOME/serving.json" 2>"$HOLDFAST_HOME/serve.log" &
gateway=$!
trap 'kill "$gateway" 2>/dev/null; wait "$gateway" 2>/dev/null; rm -rf "$HOLDFAST_HOME"' EXIT
until [ -s "$HOLDFAST_HOME/serving.json" ]; do
  kill -0 "$gateway" || { cat "$HOLDFAST_HOME/serve.log"; exit 1; }
  sleep 0.1
done
url=$(sed -n 's/.*"url": "\(.*\)".*/\1/p' "$HOLDFAST_HOME/serving.json")
key=$(holdfast key)

echo "== models"
curl -sS --fail "$url/models" -H "authorization: Bearer $key"

echo; echo "== a streamed answer"
curl -sSN --fail "$url/chat/completions" -H "authorization: Bearer $key" -H 'content-type: application/json' \
  -d '{"model":"main","stream":true,"messages":[{"role":"user","content":"say hi"}]}' | tee "$HOLDFAST_HOME/answer"
grep -q '^data: \[DONE\]' "$HOLDFAST_HOME/answer"

echo "== what a wrong key gets"
curl -sS "$url/models" -H 'authorization: Bearer wrong'

echo; echo "== who answered, and after how many attempts"
curl -sS --fail -o /dev/null -D - "$url/chat/completions" -H "authorization: Bearer $key" -H 'content-type: application/json' \
  -d '{"model":"main","messages":[{"role":"user","content":"say hi"}]}' | grep -i '^x-holdfast'
