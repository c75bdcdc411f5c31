# A user of Claude Code with three keys: the dead one and the spent one are passed over
# (docs/recipes.md, docs/connect.md, docs/credentials.md).

mkdir -p ~/.config/holdfast ~/.claude
cat >~/.config/holdfast/config.yaml <<END
main: deepseek/deepseek-v4-pro
providers:
  deepseek:
    base_url: $SIM
    protocol: anthropic-messages
    credentials:
      - {label: old, env: OLD_KEY}
      - {label: spent, env: SPENT_KEY}
      - {label: good, env: GOOD_KEY}
aliases:
  "claude-*haiku*": title_generation
  "claude-*": main
END
cat >~/.config/holdfast/.env <<END
OLD_KEY=sk-sim-never
SPENT_KEY=sk-sim-broke
GOOD_KEY=sk-sim-good
END
chmod 600 ~/.config/holdfast/.env
echo '{"model": "opus"}' >~/.claude/settings.json

serve
holdfast connect claude --write
read_setting() { node -p "require('$HOME/.claude/settings.json').$1"; }
test "$(read_setting model)" = opus

# As the agent asks: its address and the command that prints its key.
curl -sS "$(read_setting env.ANTHROPIC_BASE_URL)/v1/messages" \
  -H "x-api-key: $(sh -c "$(read_setting apiKeyHelper)")" \
  -H 'anthropic-version: 2023-06-01' -H 'content-type: application/json' \
  -d '{"model":"claude-opus-4-8","max_tokens":200,"messages":[{"role":"user","content":"say hi"}]}' |
  grep 'say hi'

holdfast why | grep 'old'
holdfast auth list deepseek --json >list.json
node -p "require('./list.json').pools[0].keys.map(({label, state}) => label + ' ' + state).join()" |
  grep '^old out,spent out,good works$'
holdfast cost --by caller | grep claude

holdfast connect claude --undo
test "$(cat ~/.claude/settings.json)" = '{"model": "opus"}'
