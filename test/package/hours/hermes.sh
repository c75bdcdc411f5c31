# A user of Hermes Agent: its settings and its key come along, and the chat answers with them
# (docs/import.md, docs/chat.md, docs/connect.md).

mkdir ~/.hermes
cat >~/.hermes/config.yaml <<END
model: {provider: xiaomi, default: mimo-v2.6-pro, base_url: "$SIM"}
auxiliary:
  title_generation: {provider: xiaomi, model: mimo-v2.6-flash}
END
echo "XIAOMI_API_KEY=sk-sim-good" >~/.hermes/.env

# A diff first; nothing is written.
holdfast import hermes | grep '^+ *main: xiaomi/mimo-v2.6-pro'
test ! -e ~/.config/holdfast/config.yaml

holdfast import hermes --write
holdfast config check
fails grep -r sk-sim-good ~/.config/holdfast # the key stays where it is

echo 'Why is the sky blue?' | holdfast chat | grep 'sky blue'
holdfast sessions search sky | grep 'sky'

# An edited key is in use with the next request.
echo "XIAOMI_API_KEY=sk-sim-never" >~/.hermes/.env
fails holdfast ask 'Are you there?'
holdfast why >why.txt
fails grep sk-sim-never why.txt # no secret is printed
echo "XIAOMI_API_KEY=sk-sim-good+2" >~/.hermes/.env
holdfast ask 'Are you there?' | grep 'there'

# Hermes asks through the gateway, and no longer.
holdfast connect hermes --write
grep "127.0.0.1:$HOLDFAST_PORT" ~/.hermes/config.yaml
holdfast connect hermes --undo
fails grep "127.0.0.1:$HOLDFAST_PORT" ~/.hermes/config.yaml
