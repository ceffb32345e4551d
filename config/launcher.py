"""The subcommands of `./run`, after set-up: up, test, lint, bench, manage. Stdlib only.

The database address must be in the environment before Django's settings load, so everything that
needs Django is a child process with an environment made here.
"""

import contextlib
import http.client
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

from config.local import (
    OFFICE,
    OWNER,
    ROOT,
    VAR,
    Busy,
    Place,
    ask,
    create_database,
    locked,
    postgres,
    postgres_binaries,
    remove_leftovers,
    valkey,
)
from config.supervisor import CannotStart, Service, Supervisor, ending, guarded, say

Env = dict[str, str]
STARTED = float(os.environ.get("RUN_STARTED", time.time()))
PYTHON = sys.executable
MANAGE = [PYTHON, str(ROOT / "manage.py")]
SERVERS_LOCK = VAR / "servers.lock"  # held by the process whose children the servers are
GUESTS_LOCK = VAR / "guests.lock"  # shared by commands that use another command's servers
# what changes the schema or looks at the database itself
OWNERS_COMMANDS = ("prepare", "migrate", "flush", "dbshell", "makemigrations", "squashmigrations")
APPS = ("core", "members", "ledger", "policies", "claims", "reports", "config")


class Stopped(BaseException):
    """SIGTERM, SIGHUP or SIGINT: leave every block in order."""


def stop_on_signals() -> None:
    def stop(number: int, _frame: FrameType | None) -> None:
        for later in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(later, signal.SIG_IGN)  # stopping takes seconds; let it finish
        raise Stopped(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)


def environment(place: Place) -> Env:
    """What Django's settings read; anything already set by the caller wins."""
    defaults = {
        "DATABASE_URL": place.database_url(OFFICE),
        "REDIS_URL": place.redis_url,
        "VAR_DIR": str(place.var),
        "SECRET_KEY": os.environ.get("SECRET_KEY") or secret_key(place.var / "keys" / "secret"),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONUNBUFFERED": "1",
        "SECOND_FACTOR": "offered",  # whoever looks at the demo needs no phone for it
    }
    env = {**defaults, **os.environ}
    if "DATABASE_URL" not in os.environ:
        env["DATABASE_OWNER_URL"] = place.database_url(
            OWNER
        )  # psql and pg_dump of the same version, for dbshell
        env["PATH"] = f"{postgres_binaries(place)}{os.pathsep}{os.environ.get('PATH', '')}"
    return env


def of_owner(env: Env) -> Env:
    """The same, signed in as the schema's owner where the office has a role of its own."""
    return {**env, "DATABASE_URL": env.get("DATABASE_OWNER_URL") or env["DATABASE_URL"]}


def secret_key(path: Path) -> str:
    """The signing key of this installation; made on first use."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48), encoding="ascii")
    return path.read_text(encoding="ascii")


def needed(place: Place, *, durable: bool) -> list[Service]:
    """The servers that no address in the environment replaces."""
    services = []
    if "DATABASE_URL" not in os.environ:
        services.append(postgres(place, durable=durable))
    if "REDIS_URL" not in os.environ:
        services.append(valkey(place, durable=durable))
    return services


@contextlib.contextmanager
def serving(place: Place, *, durable: bool) -> Iterator[Supervisor]:
    """The servers up, and down again whatever happens."""
    supervisor = Supervisor()
    try:
        supervisor.start(*needed(place, durable=durable))
        if "DATABASE_URL" not in os.environ:
            create_database(place)
        yield supervisor
    finally:
        supervisor.stop()


@contextlib.contextmanager
def throw_away(*, durable: bool = False) -> Iterator[Env]:
    """Servers and a var folder of one run's own; leftovers of killed runs are removed first."""
    place = Place(str(os.getpid()))
    remove_leftovers(place)
    with locked(VAR / "test" / f"{place.run}.lock") as lock:
        place.base.mkdir(parents=True, exist_ok=True)
        try:
            with serving(place, durable=durable):
                yield of_owner(environment(place))  # tests make databases
        finally:
            place.remove()
            Path(lock.name).unlink()


def foreground(argv: list[str], env: Env) -> int:
    """Run a command in this terminal; its exit code, 128 + signal when it was killed."""
    process = subprocess.Popen(guarded(argv, signal.SIGTERM, None), env=env, cwd=ROOT)

    def forward(number: int, _frame: FrameType | None) -> None:
        if number != signal.SIGINT or not sys.stdin.isatty():  # a terminal sends Ctrl-C to both
            process.send_signal(number)

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(number, forward) for number in numbers]
    try:
        code = process.wait()
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
    return code if code >= 0 else 128 - code


def up(_args: list[str]) -> int:
    """Everything: servers, schema, demo, web, worker, beat; until a signal."""
    try:
        with locked(SERVERS_LOCK) as lock:
            lock.write(f"process {os.getpid()}")
            lock.flush()
            return serve()
    except Busy as busy:
        say(f"already running here: {busy or 'just starting'}; stop it first")
        return 1


def serve() -> int:
    place = Place()
    with contextlib.suppress(Stopped), serving(place, durable=True) as supervisor:
        env = environment(place)
        say(f"servers ready after {seconds()}")
        prepare(env)
        say(f"database ready after {seconds()}")
        port = free_port()
        web, worker, beat = applications(env, port)
        supervisor.start(web)
        say(f"ready after {seconds()}: http://127.0.0.1:{port}/   (Ctrl-C stops everything)")
        supervisor.start(worker, beat)
        supervisor.watch()
    say("stopped")
    return 0


def prepare(env: Env) -> None:
    """Schema, Chinese catalogue, static files and the demo district, each only where needed."""
    compile_catalogues(env)  # in a process of its own: a process reads a catalogue only once
    static = [path for folder in ROOT.glob("*static") for path in folder.rglob("*")]
    args = []
    if older(VAR / "static" / "staticfiles.json", [*static, Path(sys.prefix) / "synced"]):
        args.append("--static")
    scale = os.environ.get("DEMO_SCALE", "1")
    if scale != "0":
        args.append(f"--demo={scale}")
    manage(of_owner(env), "prepare", *args)


def compile_catalogues(env: Env) -> None:
    """Compile the .po files when one is newer than what was made of it."""
    sources = ROOT.glob("*/locale/*/LC_MESSAGES/*.po")
    if any(older(source.with_suffix(".mo"), [source]) for source in sources):
        manage(env, "compile_catalogues")


def older(made: Path, sources: list[Path]) -> bool:
    """Must something be made again from its sources?"""
    if not made.exists():
        return True
    return any(source.stat().st_mtime > made.stat().st_mtime for source in sources)


def manage(env: Env, *args: str) -> None:
    """A step of the preparation; what it prints is for the person, hence stderr."""
    argv = guarded([*MANAGE, *args], signal.SIGTERM, None)
    code = subprocess.run(argv, env=env, cwd=ROOT, stdout=sys.stderr, check=False).returncode
    if code:
        raise CannotStart(f"manage.py {args[0]} failed ({ending(code)})")


def free_port() -> int:
    """PORT or 8000 on the loopback address; when it is taken, the next free one."""
    first = int(os.environ.get("PORT", "8000"))
    for port in (*range(first, first + 20), 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return int(probe.getsockname()[1])
    raise CannotStart("no free port on 127.0.0.1")


def applications(env: Env, port: int) -> tuple[Service, ...]:
    """Web, worker and beat; a killed job goes on where it stood, so stopping need not wait."""
    logs = VAR / "log"
    logs.mkdir(exist_ok=True)
    celery = [PYTHON, "-m", "celery", "-A", "config.celery"]
    web = [PYTHON, "-m", "gunicorn", "config.wsgi:application", f"--bind=127.0.0.1:{port}"]
    web += ["--preload", "--workers=2", "--threads=4", "--timeout=120", "--no-control-socket"]
    worker = [*celery, "worker", "--queues=celery,batch", "--concurrency=2", "--loglevel=INFO"]
    beat = [*celery, "beat", f"--schedule={VAR / 'beat'}", "--pidfile=", "--loglevel=INFO"]

    def service(name: str, argv: list[str], ready: Callable[[], bool]) -> Service:
        return Service(name, argv, logs / f"{name}.log", ready, env, death_signal=signal.SIGQUIT)

    return (
        service("web", [*web, "--access-logfile=-"], lambda: answers(port)),
        service("worker", [*worker, "--without-gossip", "--without-mingle"], lambda: True),
        service("beat", beat, lambda: True),
    )


def answers(port: int) -> bool:
    """Has the web server begun to answer?"""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", "/healthz")
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def seconds() -> str:
    return f"{time.time() - STARTED:.1f} s"


def test(args: list[str]) -> int:
    """The whole suite on a throw-away cluster; two processes unless the arguments say otherwise."""
    chosen = any(arg.startswith(("-n", "--numprocesses", "--pdb")) for arg in args)
    with throw_away() as env:
        compile_catalogues(env)
        say(f"servers ready after {seconds()}")
        return foreground([PYTHON, "-m", "pytest", *([] if chosen else ["-n2"]), *args], env)


def bench(args: list[str]) -> int:
    """The benchmarks, one after the other, on a cluster that writes to the disk as ./run's does."""
    with throw_away(durable=True) as env:
        compile_catalogues(env)
        argv = [PYTHON, "-m", "pytest", "tests/benchmarks", "-n0", "-s"]
        return foreground([*argv, "--override-ini=python_files=bench_*.py", *args], env)


def lint(_args: list[str]) -> int:
    """Every linter and contract; all of them run, the failed ones are named at the end."""
    tools, concise = Path(PYTHON).parent, ["--output-format=concise", "."]
    linters = {
        "ruff format": [PYTHON, "-m", "ruff", "format", "--check", *concise],
        "ruff check": [PYTHON, "-m", "ruff", "check", *concise],
        "mypy": [PYTHON, "-m", "mypy"],
        "lint-imports": [PYTHON, str(tools / "lint-imports")],
        "djlint --lint": [PYTHON, "-m", "djlint", "templates", "--lint", "--quiet"],
        "djlint --check": [PYTHON, "-m", "djlint", "templates", "--check", "--quiet"],
        "migrations": [*MANAGE, "makemigrations", "--check", "--dry-run"],
    }
    failed = []
    with throw_away() as env:
        for name, argv in linters.items():
            say(f"lint: {name}")
            code = foreground(argv, env)
            if code > 128:  # a signal: Ctrl-C means all of them
                return code
            failed += [name] * bool(code)
    say(f"lint: {', '.join(failed) + ' failed' if failed else 'all clean'} after {seconds()}")
    return 1 if failed else 0


def manage_py(args: list[str]) -> int:
    """Django's command line, with the servers that run here already or with its own meanwhile."""
    place = Place()
    argv, env = [*MANAGE, *args], environment(place)
    if args and args[0] in OWNERS_COMMANDS:
        env = of_owner(env)
    if {"DATABASE_URL", "REDIS_URL"} <= os.environ.keys():
        return foreground(argv, env)
    try:
        with locked(SERVERS_LOCK) as lock:
            lock.write(f"process {os.getpid()} (./run manage {args[0] if args else ''})")
            lock.flush()
            with serving(place, durable=True):
                code = foreground(argv, env)
                with locked(GUESTS_LOCK, wait=True):  # somebody may have begun to use our servers
                    return code
    except Busy:
        wait_for_servers(place)
        with locked(GUESTS_LOCK, shared=True, wait=True):
            return foreground(argv, env)


def wait_for_servers(place: Place) -> None:
    """The owner of the servers may only just be starting them."""
    until = time.monotonic() + 60
    while not (ask(place.postgres_socket) and ask(place.valkey_socket)):
        if time.monotonic() > until:
            raise CannotStart("the servers that another command started here do not answer")
        time.sleep(0.1)


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "up": up,
    "test": test,
    "lint": lint,
    "bench": bench,
    "manage": manage_py,
}


def main(argv: list[str]) -> int:
    os.umask(0o022)  # the servers' account must be able to enter the folders made here
    stop_on_signals()
    try:
        return COMMANDS[argv[0]](argv[1:])
    except CannotStart as error:
        say(str(error))
        return 1
    except Stopped as stopped:
        return 128 + int(stopped.args[0])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
