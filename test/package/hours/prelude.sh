# What every hour begins with. The first command that fails ends it, and is the last that is shown.
set -eux

# What was started in the background ends with the hour.
started=
trap 'kill $started 2>/dev/null || true' EXIT

# Starts the gateway in this terminal, and leaves it running until the end.
serve() {
  holdfast serve 2>serve.txt &
  gateway=$!
  started="$started $gateway"
  until holdfast health; do kill -0 $gateway; sleep 0.2; done
}

# fails COMMAND…: goes on only if the command fails.
fails() {
  if "$@"; then return 1; fi
}
