"""Children that never outlive their parent, and the supervisor that keeps them alive. Stdlib only.

Every child gets a process group of its own and a parent-death signal, so that neither Ctrl-C,
SIGTERM nor `kill -9` of the launcher leaves anything behind.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

LONGEST_PAUSE = 30.0  # seconds between two restarts of a child that keeps dying
HEALTHY_AFTER = 60.0  # seconds of life after which earlier deaths are forgotten


def say(text: str) -> None:
    """Talk to the person on stderr: stdout belongs to the command that is run."""
    print(f"run: {text}", file=sys.stderr, flush=True)


class CannotStart(Exception):
    """A child did not come up; the message says why and where its log is."""


@dataclass(frozen=True)
class Account:
    """The unprivileged user that servers run as when we are root."""

    uid: int
    gid: int


def guarded(argv: list[str], on_death: signal.Signals, account: Account | None) -> list[str]:
    """The command with a parent-death signal, set after the change of user that clears it."""
    prefix = ["setpriv", f"--pdeathsig={on_death.name.removeprefix('SIG')}"]
    if account is not None:
        prefix += [f"--reuid={account.uid}", f"--regid={account.gid}", "--clear-groups"]
    return [*prefix, *argv]


@dataclass(frozen=True)
class Service:
    """One long-running child: how it starts, how it shows that it is ready, how it stops."""

    name: str
    argv: list[str]
    log: Path
    ready: Callable[[], bool]
    env: Mapping[str, str] | None = None
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    death_signal: signal.Signals = signal.SIGTERM  # when the launcher itself was killed
    patience: float = 8.0  # seconds between the stop signal and SIGKILL
    timeout: float = 60.0  # seconds to become ready

    def spawn(self) -> "subprocess.Popen[bytes]":
        with self.log.open("ab") as log:
            return subprocess.Popen(
                guarded(self.argv, self.death_signal, self.account),
                env=self.env,
                cwd="/" if self.account else None,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def last_words(self, lines: int = 8) -> str:
        text = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]
        return "\n".join(f"    {line}" for line in text)


@dataclass
class Running:
    service: Service
    process: "subprocess.Popen[bytes]"
    since: float = field(default_factory=time.monotonic)
    deaths: int = 0
    restart_at: float | None = None


class Supervisor:
    """Starts services in batches, restarts what dies, stops the batches in reverse order."""

    def __init__(self) -> None:
        self.batches: list[list[Running]] = []

    def start(self, *services: Service) -> None:
        """Start services side by side and wait until each is ready, or raise CannotStart."""
        batch = [Running(service, service.spawn()) for service in services]
        self.batches.append(batch)
        for child in batch:
            self._wait(child)

    def _wait(self, child: Running) -> None:
        service = child.service
        until = time.monotonic() + service.timeout
        while not service.ready():
            if child.process.poll() is not None or time.monotonic() > until:
                raise CannotStart(
                    f"{service.name} did not start; {service.log} ends with\n{service.last_words()}"
                )
            time.sleep(0.03)

    def watch(self) -> None:
        """Restart whatever dies, with a growing pause; returns only by an exception (a signal)."""
        while True:
            for child in (child for batch in self.batches for child in batch):
                self.tend(child, time.monotonic())
            time.sleep(0.5)

    def tend(self, child: Running, now: float) -> None:
        """Look after one child; `now` is a reading of the monotonic clock in seconds."""
        if child.restart_at is not None:
            if now >= child.restart_at:
                child.process, child.since, child.restart_at = child.service.spawn(), now, None
            return
        if child.process.poll() is None:
            return
        kill_group(child.process.pid)  # a dead master may leave workers
        child.deaths = 1 if now - child.since > HEALTHY_AFTER else child.deaths + 1
        pause = min(LONGEST_PAUSE, 2.0 ** (child.deaths - 1))
        child.restart_at = now + pause
        say(
            f"{child.service.name} ended ({ending(child.process.returncode)}), "
            f"starting it again in {pause:.0f} s; its log: {child.service.log}"
        )

    def stop(self) -> None:
        """Stop everything, the last batch first: the servers outlive what talks to them."""
        while self.batches:
            stop_together(self.batches.pop())


def ending(code: int) -> str:
    return f"killed by signal {-code}" if code < 0 else f"exit code {code}"


def kill_group(pid: int) -> None:
    """End what is left of a child's process group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def stop_together(children: list[Running]) -> None:
    for child in children:
        if child.process.poll() is None:
            child.process.send_signal(child.service.stop_signal)
    for child in children:
        try:
            child.process.wait(child.service.patience)
        except subprocess.TimeoutExpired:
            child.process.kill()
            child.process.wait()
        kill_group(child.process.pid)
