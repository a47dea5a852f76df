"""Types lines into a real telnet on a pseudo-terminal and prints its screen.

usage: telnet.py TIMEOUT ARGUMENT... < lines

Each line of standard input is typed with Enter, unless it ends with a key such as ^C. The next
one is typed when telnet has been silent for a moment.
"""

import os
import pty
import select
import sys
import time

QUIET = 0.25  # seconds


def keys(line):
    """The pieces of a line; what stands before a key is typed and echoed before it."""
    pieces = []
    typed = b""
    rest = line
    control = False
    while rest:
        control = len(rest) > 1 and rest[0] == "^" and (rest[1].isupper() or rest[1] == "]")
        if control:
            pieces += [typed, bytes([ord(rest[1]) & 0x1F])]
            typed = b""
            rest = rest[2:]
        else:
            typed += rest[0].encode()
            rest = rest[1:]
    if not control:
        pieces.append(typed + b"\n")
    return [piece for piece in pieces if piece]


def main():
    patience = float(sys.argv[1])
    lines = sys.stdin.read().splitlines()
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.update(TERM="dumb", LC_ALL="C.UTF-8")
        os.execvp("telnet", ["telnet", *sys.argv[2:]])
    screen = b""

    def drain(least):
        """Reads until it is quiet; false once telnet has ended."""
        nonlocal screen
        end = time.monotonic() + patience
        seen = not least
        while time.monotonic() < end:
            wait = QUIET if seen else end - time.monotonic()
            if not select.select([terminal], [], [], wait)[0]:
                return True
            try:
                data = os.read(terminal, 65536)
            except OSError:
                return False
            if not data:
                return False
            screen += data
            seen = True
        return True

    alive = drain(least=True)
    for line in lines:
        for piece in keys(line):
            if alive:
                os.write(terminal, piece)
                alive = drain(least=False)
    if alive:
        os.kill(pid, 9)
    os.waitpid(pid, 0)
    sys.stdout.buffer.write(screen)


main()
