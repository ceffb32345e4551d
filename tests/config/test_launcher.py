"""The launcher's promises: nothing stale blocks a start, no child outlives its parent."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from config import launcher, local
from config.supervisor import CannotStart, Service, Supervisor, guarded

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
ROOT = Path(__file__).resolve().parents[2]


def eventually(condition: Callable[[], bool], seconds: float = 10) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.02)
    return False


def alive(pid: int) -> bool:
    """Is the process there and not just waiting to be buried?"""
    try:
        status = Path(f"/proc/{pid}/stat").read_text("utf-8")
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def service(tmp_path: Path, argv: list[str], patience: float = 8) -> Service:
    log = tmp_path / "part.log"
    return Service("part", argv, log, lambda: True, patience=patience)


def test_a_lock_is_exclusive_and_says_who_holds_it(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with local.locked(path) as handle:
        handle.write("process 17")
        handle.flush()
        with pytest.raises(local.Busy, match="process 17"), local.locked(path):
            pass
    with local.locked(path):  # free again
        assert path.read_text("utf-8") == ""


def test_guests_share_a_lock(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with (
        local.locked(path, shared=True),
        local.locked(path, shared=True),
        pytest.raises(local.Busy),
        local.locked(path),
    ):
        pass


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    code = (
        "import time; from pathlib import Path; from config.local import locked\n"
        f"with locked(Path({str(path)!r})): print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(local.Busy), local.locked(path):
            pass
        holder.kill()
    with local.locked(path):
        pass


def test_sockets_move_when_the_path_is_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    short = local.Place("1")
    monkeypatch.setattr(local.Place, "base", Path("/srv/office/var"))
    assert short.sockets == Path("/srv/office/var/sockets")
    long = local.Place("2")
    monkeypatch.setattr(local.Place, "base", Path("/srv") / ("长" * 30) / "var")
    assert len(bytes(long.postgres_socket)) < 60
    assert long.sockets != short.sockets


def test_addresses_survive_odd_folders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local.Place, "base", Path("/srv/东城 office"))
    place = local.Place("1")
    assert place.database_url("office").endswith("?host=/srv/%E4%B8%9C%E5%9F%8E%20office/sockets")
    assert place.redis_url == "redis+socket:///srv/%E4%B8%9C%E5%9F%8E%20office/sockets/valkey"


@pytest.mark.parametrize("pid", [os.getpid(), 2**22 + 1], ids=["another program", "nobody"])
def test_a_stale_pid_file_is_removed(tmp_path: Path, pid: int) -> None:
    """The number belongs to nobody, or to a process that is no PostgreSQL of this folder."""
    (tmp_path / "postmaster.pid").write_text(f"{pid}\n{tmp_path}\n", "utf-8")
    local.wait_for_predecessor(tmp_path)
    assert not (tmp_path / "postmaster.pid").exists()


def test_a_child_dies_with_its_killed_parent() -> None:
    argv = guarded(SLEEP, signal.SIGTERM, None)
    code = f"import subprocess as s, time\nprint(s.Popen({argv!r}).pid, flush=True)\ntime.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        time.sleep(0.3)  # setpriv has set the signal
        assert alive(child)
        parent.kill()
    assert eventually(lambda: not alive(child))


def test_a_dead_child_is_started_again_with_a_growing_pause(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    supervisor = Supervisor()
    supervisor.start(service(tmp_path, SLEEP))
    child = supervisor.batches[0][0]
    for pause in (1.0, 2.0, 4.0):
        child.process.kill()
        child.process.wait()
        supervisor.tend(child, now=100.0)
        assert child.restart_at == 100.0 + pause
        first = child.process.pid
        supervisor.tend(child, now=100.0 + pause - 0.1)
        assert child.process.pid == first
        supervisor.tend(child, now=100.0 + pause)
        assert child.process.pid != first
    assert "part ended (killed by signal 9)" in capsys.readouterr().err
    supervisor.stop()
    assert not alive(child.process.pid)


def test_a_child_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    deaf = "import signal as s, time; s.signal(15, s.SIG_IGN); print(1, flush=True); time.sleep(60)"
    supervisor = Supervisor()
    supervisor.start(service(tmp_path, [sys.executable, "-c", deaf], patience=0.2))
    assert eventually(lambda: (tmp_path / "part.log").read_text() == "1\n")
    pid = supervisor.batches[0][0].process.pid
    supervisor.stop()
    assert not alive(pid)


def test_a_part_that_ends_at_once_is_named_with_its_last_words(tmp_path: Path) -> None:
    argv = [sys.executable, "-c", "raise SystemExit('the disk is full')"]
    part = Service("part", argv, tmp_path / "part.log", lambda: False)
    supervisor = Supervisor()
    with pytest.raises(CannotStart, match="part did not start") as refused:
        supervisor.start(part)
    assert "the disk is full" in str(refused.value)
    supervisor.stop()


@pytest.mark.parametrize(("code", "expected"), [("raise SystemExit(7)", 7), ("", 0)])
def test_exit_codes_pass_through(code: str, expected: int) -> None:
    assert launcher.foreground([sys.executable, "-c", code], dict(os.environ)) == expected


def test_a_killed_command_says_so_as_a_shell_does() -> None:
    code = "import os; os.kill(os.getpid(), 9)"
    assert launcher.foreground([sys.executable, "-c", code], dict(os.environ)) == 128 + 9


def test_older(tmp_path: Path) -> None:
    source, made = tmp_path / "a.po", tmp_path / "a.mo"
    source.touch()
    assert launcher.older(made, [source])
    made.touch()
    os.utime(source, (1, 1))
    assert not launcher.older(made, [source])
    os.utime(source, (made.stat().st_mtime + 5,) * 2)
    assert launcher.older(made, [source])
