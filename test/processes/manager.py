"""Stands in for systemd: starts a unit's command with the unit's environment only, and prints what it is told.

Usage: manager.py UNIT HOME. Lines on stdin are signals to send (HUP, TERM). Ends with the exit status of the command.
"""

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import threading

unit_path, home = sys.argv[1:3]


def read_unit(path):
    values = {}
    for line in open(path):
        if "=" in line and not line.startswith(("#", ";", "[")):
            name, value = line.rstrip("\n").split("=", 1)
            values.setdefault(name, []).append(value)
    return values


def words(text):
    return [word.replace("%%", "%") for word in shlex.split(text)]


def environment_of(unit):
    own = {"HOME": home, "USER": "tester", "LOGNAME": "tester", "PATH": "/usr/local/bin:/usr/bin:/bin"}
    for line in unit.get("Environment", []):
        own.update(word.split("=", 1) for word in words(line))
    for path in unit.get("EnvironmentFile", []):
        path = path.lstrip("-").replace("%%", "%")
        if os.path.exists(path):
            own.update(re.findall(r'^(\w+)="?(.*?)"?$', open(path).read(), re.M))
    return own


unit = read_unit(unit_path)
folder = tempfile.mkdtemp(prefix="holdfast-notify-")
notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
notify.bind(folder + "/socket")
environment = environment_of(unit)
environment["NOTIFY_SOCKET"] = folder + "/socket"
environment["WATCHDOG_USEC"] = os.environ.get("WATCHDOG_USEC", "60000000")
command = [word.replace("$$", "$") for word in words(unit["ExecStart"][0])]
child = subprocess.Popen(command, env=environment, cwd="/", stdin=subprocess.DEVNULL, stderr=sys.stderr)


def listen():
    while True:
        for line in notify.recv(4096).decode().splitlines():
            print(line, flush=True)


def obey():
    for line in sys.stdin:
        child.send_signal(getattr(signal, "SIG" + line.strip()))


for work in (listen, obey):
    threading.Thread(target=work, daemon=True).start()
status = child.wait()
prevented = unit["RestartPreventExitStatus"][0].split()
print("END", status, "restart" if status != 0 and str(status) not in prevented else "rest", flush=True)
os.remove(folder + "/socket")
os.rmdir(folder)
