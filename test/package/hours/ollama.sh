# A user of Ollama with a cloud behind it: the own server answers while it runs, then the cloud does
# (docs/recipes.md).

node "$HOURS/ollama-server.mjs" >ollama.txt &
ollama=$!
started=$ollama
until [ -s ollama.txt ]; do sleep 0.1; done

mkdir -p ~/.config/holdfast
cat >~/.config/holdfast/config.yaml <<END
main: ollama/qwen3:8b
fallback_chain: [deepseek/deepseek-flash]
providers:
  ollama: {base_url: "$(cat ollama.txt)"}
  deepseek:
    base_url: $SIM
    api_key: \${DEEPSEEK_API_KEY}
END
echo 'DEEPSEEK_API_KEY=sk-sim-good' >~/.config/holdfast/.env
holdfast config check

holdfast ask 'Why is the sky blue?' | grep 'from the own server'
holdfast models --refresh | grep 'qwen3:8b'
holdfast explain | grep 'ollama/qwen3:8b'

# A model that it does not have, by its full name: nobody else is asked, and why says what to type.
fails holdfast ask --model ollama/qwen4:8b 'Are you there?'
holdfast why | grep 'holdfast models --refresh'

kill $ollama
wait $ollama || true
holdfast ask 'Are you there?' | grep 'Are you there?'
holdfast why | grep 'deepseek/deepseek-flash, the second choice'
