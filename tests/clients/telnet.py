"""Types into a real telnet on a pseudo-terminal and prints its screen.

usage: telnet.py ARGUMENT... < steps

The steps are a JSON list. Each says what is typed, and what the screen shows after it: how many
ends of lines, and how many characters behind the last. The next step is typed when that is there,
however long it takes; if it never comes, the screens are going to differ.
"""

import json
import os
import pty
import select
import signal
import sys
import time

PATIENCE = 30  # seconds
QUIET = 0.3


def main():
    steps = json.load(sys.stdin)
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.update(TERM="dumb", LC_ALL="C.UTF-8")
        os.execvp("telnet", ["telnet", *sys.argv[1:]])
    screen = b""
    alive = True

    def shows(step):
        lines = screen.replace(b"\r", b"").split(b"\n")
        tail = lines[-1].decode(errors="replace")
        return (len(lines) - 1, len(tail)) >= (step["lines"], step["tail"])

    def drain(enough):
        """Reads until there is enough; false once telnet has ended."""
        nonlocal screen
        end = time.monotonic() + PATIENCE
        while not enough():
            left = end - time.monotonic()
            if left <= 0 or not select.select([terminal], [], [], left)[0]:
                return True
            try:
                data = os.read(terminal, 65536)
            except OSError:
                return False
            if not data:
                return False
            screen += data
        return True

    for step in steps:
        if alive and step["typed"]:
            os.write(terminal, step["typed"].encode())
        alive = alive and drain(lambda: shows(step))
    if alive and steps[-1]["ends"]:
        alive = drain(lambda: False)
        screen += b"(telnet has not ended)" if alive else b""
    elif alive and select.select([terminal], [], [], QUIET)[0]:
        # More than there should be.
        drain(lambda: False)
    if alive:
        os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    sys.stdout.buffer.write(screen)


main()
