"""The container files run what there is, without root, and under a name that is said."""

import json
import re
import sys
from pathlib import Path

import pytest

from latent_atlas.ui.border import check_binding, rules_of
from latent_atlas.ui.classroom import check_mode, in_classroom
from vae_core.folders import cache_folder, runs_folder

REPOSITORY = Path(__file__).parents[1]
DOCKERFILE = (REPOSITORY / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = (REPOSITORY / "compose.yaml").read_text(encoding="utf-8")


def test_the_app_in_the_container_is_not_root_and_writes_in_one_folder() -> None:
    stages = DOCKERFILE.split("\nFROM ")
    last = stages[-1].splitlines()
    assert "USER atlas" in last
    assert last.index("USER atlas") < last.index("VOLUME /data")
    given = dict(re.findall(r"(LATENT_ATLAS_RUNS|XDG_\w+)=(\S+)", DOCKERFILE))
    assert given == {"LATENT_ATLAS_RUNS": "/data/runs", "XDG_CACHE_HOME": "/data/cache"}
    assert "read_only: true" in COMPOSE  # so that nothing else is written
    assert re.search(r"^ +- atlas:/data$", COMPOSE, re.MULTILINE)


def test_its_folders_are_those_that_the_program_is_told_by_these_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in re.findall(r"(LATENT_ATLAS_RUNS|XDG_\w+)=(\S+)", DOCKERFILE):
        monkeypatch.setenv(name, value)
    assert runs_folder() == Path("/data/runs")
    assert cache_folder().is_relative_to("/data/cache") or sys.platform != "linux"


def test_its_command_starts_under_the_names_that_compose_gives_and_not_without() -> None:
    found = re.search(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)
    assert found is not None
    command = json.loads(found[1])
    assert command == ["latent-atlas", "app", "--host", "0.0.0.0"]
    environment = dict(re.findall(r"^ +(LATENT_ATLAS_\w+): (\S+)$", COMPOSE, re.MULTILINE))
    check_binding("0.0.0.0", environment)
    check_mode(environment)
    assert in_classroom(environment)
    assert "localhost" in rules_of(environment).hosts
