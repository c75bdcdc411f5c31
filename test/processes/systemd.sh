#!/usr/bin/env bash
# A systemd of its own for one user, in namespaces of its own: it sees its own /run, and ends with this script.
# Usage: unshare --mount --pid --fork --mount-proc --propagation private bash systemd.sh HOME
# Each line on stdin is run as a command; `END status` follows what it prints.
mount -t tmpfs tmpfs /run || exit 1
export HOME=$1 XDG_RUNTIME_DIR=/run/user/0 USER=root LOGNAME=root
unset DBUS_SESSION_BUS_ADDRESS
mkdir -p /run/systemd/system "$XDG_RUNTIME_DIR"
chmod 700 "$XDG_RUNTIME_DIR"
/usr/lib/systemd/systemd --user --unit=basic.target >/dev/null 2>&1 &
for _ in $(seq 100); do
  [ -S "$XDG_RUNTIME_DIR/systemd/private" ] && break
  sleep 0.1
done
systemctl --user show-environment >/dev/null || exit 1
echo READY
while read -r line; do
  eval "$line" 2>&1 </dev/null
  echo "END $?"
done
