"""Whose a thing is: told by what came with the browser, written beside the thing, kept for good."""

import json
from pathlib import Path

import pytest
from starlette.requests import Request

from latent_atlas.ui import owners
from latent_atlas.ui.border import HOSTS
from latent_atlas.ui.classroom import MODE
from latent_atlas.ui.owners import (
    Arrival,
    Owner,
    are_directed_by_owners,
    are_told_apart,
    claim,
    hand_over,
    is_seen_by,
    may_direct,
    owner_asking,
    owner_here,
    owners_of,
    release,
)
from latent_atlas.ui.paper import race
from latent_atlas.ui.proxies import HEADER, PROXIES
from latent_atlas.ui.visitors import COOKIE
from tests.latent_atlas.ui.people import ANNA, BERT, comers, name_users
from vae_core.errors import AtlasError

NAMED = {HEADER: "X-Forwarded-User", PROXIES: "127.0.0.1"}


@pytest.mark.parametrize(
    ("environment", "apart", "directed"),
    [
        ({}, False, False),
        ({HOSTS: "localhost"}, False, False),
        ({HOSTS: "atlas.example.org"}, True, False),
        (NAMED, True, True),
        ({MODE: "classroom"}, True, True),
    ],
)
def test_people_are_told_apart_as_soon_as_others_can_come(
    environment: dict[str, str], apart: bool, directed: bool
) -> None:
    assert are_told_apart(environment) is apart
    assert are_directed_by_owners(environment) is directed


def test_on_a_machine_of_ones_own_all_is_ones_own(tmp_path: Path) -> None:
    assert owner_here() is None
    hand_over(tmp_path, Owner(kind="user", name="ana"))  # of a time when it was shared
    assert may_direct(tmp_path)
    assert is_seen_by(tmp_path, owner_here())
    claim(other := tmp_path / "file", owner_here())
    assert owners_of(other) is None


def test_a_user_is_not_the_visitor_of_that_name(monkeypatch: pytest.MonkeyPatch) -> None:
    name_users(monkeypatch)
    come = comers(monkeypatch)
    assert come("ana") == Owner(kind="user", name="ana")
    visitor = come(ANNA)
    assert visitor.kind == "visitor"
    assert come(visitor.name) != visitor


def test_of_a_cookie_nothing_is_kept_that_could_be_sent(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(MODE, "classroom")
    claim(tmp_path, comers(monkeypatch)(ANNA))
    [file] = tmp_path.iterdir()
    assert ANNA not in file.read_text()


def test_an_owner_outlives_the_server_and_the_browser_that_goes_in_between(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(MODE, "classroom")
    come = comers(monkeypatch)
    claim(tmp_path, come(ANNA))
    owners._read._known.clear()  # as after a restart
    come(ANNA)
    assert may_direct(tmp_path)
    come(BERT)
    assert not may_direct(tmp_path)
    monkeypatch.setattr(owners, "_arrival", lambda: Arrival([], {}, connected=False))
    assert not may_direct(tmp_path)
    come(ANNA)
    monkeypatch.setattr(owners, "_arrival", lambda: Arrival([], {}, connected=False))
    assert may_direct(tmp_path)


def test_what_nobody_has_claimed_is_everybodys_and_a_run_in_a_classroom_nobodys(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    name_users(monkeypatch)
    ana = comers(monkeypatch)("ana")
    assert may_direct(tmp_path)
    assert is_seen_by(tmp_path, ana)
    monkeypatch.setenv(MODE, "classroom")
    assert not may_direct(tmp_path)
    assert is_seen_by(tmp_path, ana)


@pytest.mark.parametrize("content", ["", "{}", '["ana"]', '[{"kind":"root","name":"ana"}]'])
def test_a_damaged_word_on_it_gives_it_to_nobody(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str
) -> None:
    name_users(monkeypatch)
    ana = comers(monkeypatch)("ana")
    (tmp_path / "owners.json").write_text(content)
    assert not may_direct(tmp_path)
    assert not is_seen_by(tmp_path, ana)


def test_two_may_own_one_file_and_it_goes_with_the_last(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    name_users(monkeypatch)
    come = comers(monkeypatch)
    ana, bert = come("ana"), come("bert")
    claim(file := tmp_path / "images.npz", ana)
    claim(file, bert)
    assert {each["name"] for each in json.loads(next(tmp_path.iterdir()).read_text())} == {
        "ana",
        "bert",
    }
    owners_at_the_end: list[object] = []
    release(file, ana, lambda: owners_at_the_end.append(owners_of(file)))
    assert owners_of(file) == frozenset({bert})
    assert owners_at_the_end == []
    release(file, bert, lambda: owners_at_the_end.append(owners_of(file)))
    assert owners_at_the_end == [frozenset({bert})]
    assert owners_of(file) is None


def test_what_cannot_be_removed_stays_its_owners(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    name_users(monkeypatch)
    claim(file := tmp_path / "images.npz", ana := comers(monkeypatch)("ana"))

    def refuse() -> None:
        raise AtlasError("It cannot be removed.")

    with pytest.raises(AtlasError, match="cannot be removed"):
        release(file, ana, refuse)
    assert owners_of(file) == frozenset({ana})


def test_a_request_for_images_is_of_the_page_that_sends_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def asking(*headers: tuple[bytes, bytes]) -> Owner | None:
        return owner_asking(Request({"type": "http", "headers": list(headers)}))

    assert asking() is None
    name_users(monkeypatch)
    come = comers(monkeypatch)
    assert asking((b"x-forwarded-user", b"ana")) == come("ana")
    assert asking((b"cookie", f"{COOKIE}={ANNA}".encode())) == come(ANNA)
    assert asking() not in (asking(), come(ANNA))


def test_a_race_is_cancelled_by_who_started_it(monkeypatch: pytest.MonkeyPatch) -> None:
    name_users(monkeypatch)
    come = comers(monkeypatch)
    cancelled: list[str] = []
    monkeypatch.setattr(race, "start_race", lambda folder: folder.mkdir(parents=True))
    monkeypatch.setattr(race, "cancel_race", lambda folder: cancelled.append(folder.name))
    come("ana")
    race._start()
    come("bert")
    race._cancel()
    assert not cancelled
    come("ana")
    race._cancel()
    assert cancelled == [".race"]
