"""Production is described by docker-compose.yml and Dockerfile; here they are held to the code."""

import ast
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from config import local

ROOT = Path(__file__).resolve().parents[2]
APPLICATION = ("migrate", "web", "worker", "beat")
ONLY_FOR_TESTS = {"TEST_DB_SUFFIX"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    return document


@pytest.fixture(scope="module")
def dockerfile() -> str:
    return (ROOT / "Dockerfile").read_text("utf-8")


def variables_of_settings() -> set[str]:
    """The first argument of every env_text, env_flag and env_list in the settings."""
    tree = ast.parse((ROOT / "config" / "settings.py").read_text("utf-8"))
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return {
        str(call.args[0].value)
        for call in calls
        if isinstance(call.func, ast.Name)
        and call.func.id.startswith("env_")
        and isinstance(call.args[0], ast.Constant)
    }


def test_parts(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == {*APPLICATION, "postgres", "redis"}


@pytest.mark.parametrize("name", APPLICATION)
def test_every_setting_has_its_variable(compose: dict[str, Any], name: str) -> None:
    given = {key.removesuffix("_FILE") for key in compose["services"][name]["environment"]}
    given.add("FIELD_KEYS_FILE")  # the one whose own name ends so
    wanted = variables_of_settings() - ONLY_FOR_TESTS
    assert len(wanted) > 5
    assert wanted - given == set()


def test_secrets_are_files_never_values(compose: dict[str, Any]) -> None:
    for name in APPLICATION:
        environment = compose["services"][name]["environment"]
        assert not {"SECRET_KEY", "DATABASE_URL"} & set(environment)
        for key in ("SECRET_KEY_FILE", "DATABASE_URL_FILE"):
            assert environment[key].removeprefix("/run/secrets/") in compose["secrets"]
    postgres = compose["services"]["postgres"]
    assert "POSTGRES_PASSWORD" not in postgres["environment"]
    assert postgres["secrets"] == ["postgres_password"]
    assert compose["services"]["web"]["environment"]["HTTPS"] == "1"


def test_postgres_is_made_as_by_run(compose: dict[str, Any]) -> None:
    postgres = compose["services"]["postgres"]
    assert postgres["image"] == "postgres:18"
    assert postgres["environment"]["POSTGRES_INITDB_ARGS"].split() == list(local.INITDB_ARGS)
    wanted = [f"-c{name}={value}" for name, value in local.TUNING.items()]
    assert postgres["command"] == ["postgres", *wanted]
    assert "postgres:/var/lib/postgresql" in postgres["volumes"]  # from version 18 not …/data


def test_production_is_durable(compose: dict[str, Any]) -> None:
    assert not any(word in str(compose["services"]["postgres"]) for word in local.THROW_AWAY)
    assert "--appendonly" in compose["services"]["redis"]["command"]
    for name in APPLICATION:
        assert compose["services"][name]["volumes"] == [
            "files:/srv/var/files",
            "keys:/srv/keys",
            "anchors:/srv/anchors",
        ]


def test_every_long_running_part_is_watched_and_restarted(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        if name != "migrate":
            assert service["restart"] == "unless-stopped", name
            assert service["healthcheck"]["test"], name


def test_nothing_but_the_loopback_address_is_published(compose: dict[str, Any]) -> None:
    published = {name: service.get("ports", []) for name, service in compose["services"].items()}
    assert published.pop("web") == ["127.0.0.1:${PORT:-8000}:8000"]
    assert not any(published.values())


def test_the_schema_is_there_before_anything_starts(compose: dict[str, Any]) -> None:
    for name in ("web", "worker", "beat"):
        waits = compose["services"][name]["depends_on"]
        assert waits["migrate"]["condition"] == "service_completed_successfully"
    waits = compose["services"]["migrate"]["depends_on"]
    assert waits == {"postgres": {"condition": "service_healthy"}}


def test_the_worker_serves_the_queues_of_run(compose: dict[str, Any]) -> None:
    launcher = (ROOT / "config" / "launcher.py").read_text("utf-8")
    for option in ("--queues=celery,batch", "--concurrency=2"):
        assert option in compose["services"]["worker"]["command"]
        assert f'"{option}"' in launcher


def test_containers_run_without_rights(compose: dict[str, Any], dockerfile: str) -> None:
    users = re.findall(r"^USER (\w+)$", dockerfile, re.MULTILINE)
    assert users == ["office"]
    for name in APPLICATION:
        service = compose["services"][name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]


def test_the_image_has_what_run_installs(dockerfile: str) -> None:
    launcher = (ROOT / "run").read_text("utf-8")
    for package in ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"):
        assert package in dockerfile
        assert package in launcher
    assert "--require-hashes -r requirements.txt" in dockerfile


def test_docker_compose_accepts_the_file() -> None:
    commands = (["docker-compose"], ["docker", "compose"])
    found = [
        argv
        for argv in commands
        if shutil.which(argv[0])
        and subprocess.run([*argv, "version"], capture_output=True, check=False).returncode == 0
    ]
    if not found:
        pytest.skip("no docker-compose on this machine; the assertions above still hold")
    env = {**os.environ, "ALLOWED_HOSTS": "office.example", "CSRF_TRUSTED_ORIGINS": "https://o.e"}
    done = subprocess.run(
        [*found[0], "config", "--quiet"],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
