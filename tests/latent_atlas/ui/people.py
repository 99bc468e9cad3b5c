"""Who looks at a page, for tests: users that a proxy names, and browsers with a cookie."""

from collections.abc import Callable

import pytest

from latent_atlas.ui import owners
from latent_atlas.ui.owners import Arrival, Owner, owner_here
from latent_atlas.ui.proxies import HEADER, PROXIES
from latent_atlas.ui.visitors import COOKIE

ANNA, BERT = "a" * 32, "b" * 32  # cookies
Come = Callable[[str], Owner]


def name_users(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy of this machine names users from now on."""
    monkeypatch.setenv(HEADER, "X-Forwarded-User")
    monkeypatch.setenv(PROXIES, "127.0.0.1")


def comers(monkeypatch: pytest.MonkeyPatch) -> Come:
    """A function by which somebody comes, and whom it says they are: a cookie, or a user's name."""

    def come(who: str) -> Owner:
        cookie = {COOKIE: who} if who in (ANNA, BERT) else {}
        users = [] if cookie else [who]
        monkeypatch.setattr(owners, "_arrival", lambda: Arrival(users, cookie))
        owner = owner_here()
        assert owner is not None
        return owner

    return come
