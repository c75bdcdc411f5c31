"""Runs a command on a terminal of its own and types into it: argv[1] is a JSON list of [what to wait for, what to type then].

Prints all that the terminal showed; exits as the command did.
"""

import json
import os
import pty
import sys

steps = json.loads(sys.argv[1])
child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
shown = b""
seen = 0
while True:
    try:
        piece = os.read(terminal, 65536)
    except OSError:  # how Linux tells that the other end is closed
        piece = b""
    if piece == b"":
        break
    shown += piece
    while steps and steps[0][0].encode() in shown[seen:]:
        awaited, typed = steps.pop(0)
        seen = shown.index(awaited.encode(), seen) + len(awaited.encode())
        os.write(terminal, typed.encode())
sys.stdout.buffer.write(shown)
sys.stdout.flush()
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
