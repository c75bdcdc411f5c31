# An operator who runs the gateway as a user without rights and home, on a root that cannot be written
# (docs/containers.md).

cat >config.yaml <<END
main: vendor/sim/status-503
fallback_chain: [spare/sim/echo]
providers:
  vendor: {base_url: "$SIM", protocol: openai-chat, api_key: "\${VENDOR_KEY}"}
  spare: {base_url: "$SIM", protocol: openai-chat, api_key: "\${VENDOR_KEY}"}
log: {format: json-stderr}
END
chmod 644 config.yaml
export HOME=/none-$$ HOLDFAST_CONFIG="$PWD/config.yaml" VENDOR_KEY=sk-sim-good
export HOLDFAST_GATEWAY_KEY=hf_000000000000000000000000 HOLDFAST_ADMIN_KEY=hf_111111111111111111111111
contained() { sh "$HOURS/contained.sh" "$@"; }

sh "$HOURS/contained.sh" holdfast serve 2>log.jsonl &
server=$!
started=$server
until contained holdfast health; do kill -0 $server; sleep 0.2; done

fails contained touch "$PWD/anything"
curl -sS "http://127.0.0.1:$HOLDFAST_PORT/v1/chat/completions" \
  -H "authorization: Bearer $HOLDFAST_GATEWAY_KEY" -H 'content-type: application/json' \
  -d '{"model":"main","messages":[{"role":"user","content":"say hi"}]}' | grep 'say hi'
contained holdfast why --gateway "http://127.0.0.1:$HOLDFAST_PORT" | grep 'spare/sim/echo'
kill $server
wait $server

# Every line is an object: what its supervisor collects.
node -e 'for (const line of require("fs").readFileSync("log.jsonl", "utf8").trim().split("\n")) console.log(JSON.parse(line).event)' >events.txt
grep -x started events.txt
grep -x rescued events.txt
grep -x stopping events.txt
