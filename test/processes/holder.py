"""Holds a listening socket as a service manager does, and passes it to the programs that it starts.

Usage: holder.py KIND COMMAND... Each line on stdin is `START`, or a signal for the program that was started last.
Prints the port, `START pid` and `END status`. KIND is tcp, tcp6, unix, udp, file or named (two sockets, the second ours).
"""

import os
import signal
import socket
import subprocess
import sys
import threading

kind, command = sys.argv[1], sys.argv[2:]


def tcp(family=socket.AF_INET, address="127.0.0.1"):
    held = socket.socket(family, socket.SOCK_STREAM)
    held.bind((address, 0))
    held.listen(4096)
    return held


def unix():
    held = socket.socket(socket.AF_UNIX)
    held.bind("\0holdfast-test-%d" % os.getpid())  # in no folder
    held.listen(1)
    return held


makers = {
    "tcp": lambda: [tcp()],
    "tcp6": lambda: [tcp(socket.AF_INET6, "::1")],
    "unix": lambda: [unix()],
    "udp": lambda: [socket.socket(socket.AF_INET, socket.SOCK_DGRAM)],
    "file": lambda: [open(os.devnull)],
    "named": lambda: [unix(), tcp()],
}
held = makers[kind]()
passed = [os.dup(one.fileno()) for one in held]


def pass_on():
    # out of the way first, since a target may be the source of the next one
    for index, fd in enumerate([os.dup2(fd, 100 + at) for at, fd in enumerate(passed)]):
        os.dup2(fd, 3 + index)


def start():
    environment = {**os.environ, "LISTEN_FDS": str(len(held)), "LISTEN_FDNAMES": "other:holdfast" if kind == "named" else "holdfast"}
    line = ["sh", "-c", 'LISTEN_PID=$$ exec "$@"', "sh", *command]
    return subprocess.Popen(line, env=environment, preexec_fn=pass_on, close_fds=False, stdin=subprocess.DEVNULL, stdout=sys.stderr)


def tell_end(child):
    print("END", child.wait(), flush=True)


if held[-1].__class__ is socket.socket and held[-1].family != socket.AF_UNIX:
    print("PORT", held[-1].getsockname()[1], flush=True)
child = None
for line in sys.stdin:
    if line.strip() == "START":
        child = start()
        print("START", child.pid, flush=True)
        threading.Thread(target=tell_end, args=(child,), daemon=True).start()
    else:
        child.send_signal(getattr(signal, "SIG" + line.strip()))
if child is not None and child.poll() is None:
    child.kill()
