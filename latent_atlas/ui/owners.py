"""Whose a run, an opened model or images are: written beside the thing, never guessed from names.

Who somebody is, a proxy says (`proxies.py`), or else a cookie (`visitors.py`). On a machine that
answers under its own names alone there is one person, and nobody is told apart. What has no owner
written beside it belongs to everybody; a run in a classroom then to nobody.
"""

import hashlib
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import streamlit as st
from pydantic import BaseModel, ConfigDict, StringConstraints, TypeAdapter, ValidationError
from starlette.requests import Request

from latent_atlas.ui.border import LOOPBACK, rules_of
from latent_atlas.ui.classroom import in_classroom
from latent_atlas.ui.proxies import LONGEST_USER, proxy_rules, user_named
from latent_atlas.ui.visitors import new_visitor, visitor_named, visitor_of
from vae_core.errors import AtlasError
from vae_core.runs.files import write_atomically
from vae_core.runs.unchanged import Unchanged

_OWNERS = "owners.json"
_KNOWN = "known_owner"  # of this session


class Owner(BaseModel):
    """A user by the name that the proxy gives, or a visitor by a digest of their cookie.

    Of the cookie itself nothing is kept: whoever reads these files cannot take a visitor's place.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["user", "visitor"]
    name: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_USER)]


_owners = TypeAdapter(frozenset[Owner])


@dataclass(frozen=True)
class Arrival:
    """What a browser came with: the headers that name its user, and its cookies.

    `connected` is false where the browser has gone while what it asked for goes on.
    """

    users: Sequence[str]
    cookies: Mapping[str, str]
    connected: bool = True


def are_told_apart(environment: Mapping[str, str] | None = None) -> bool:
    """Whether several people use the app.

    That is in a classroom, where a proxy names users, and as soon as the app answers under other
    names than this machine's own: it serves no network without.
    """
    told = os.environ if environment is None else environment
    return are_directed_by_owners(told) or bool(rules_of(told).hosts - set(LOOPBACK))


def are_directed_by_owners(environment: Mapping[str, str] | None = None) -> bool:
    """Whether a run is stopped and removed by who started it alone."""
    told = os.environ if environment is None else environment
    return in_classroom(told) or proxy_rules(told) is not None


def owner_here() -> Owner | None:
    """Whose session this is; None where nobody is told apart."""
    if not are_told_apart():
        return None
    arrival = _arrival()
    if arrival.connected or _KNOWN not in st.session_state:
        st.session_state[_KNOWN] = _owner(arrival.users, visitor_of(arrival.cookies))
    known: Owner = st.session_state[_KNOWN]
    return known


def owner_asking(request: Request) -> Owner | None:
    """Whose browser sends a request for images or points; None where nobody is told apart."""
    if not are_told_apart():
        return None
    rules = proxy_rules(os.environ)
    users = request.headers.getlist(rules.header) if rules else []
    return _owner(users, visitor_named(request.cookies) or new_visitor())


def owners_of(path: Path) -> frozenset[Owner] | None:
    """Whose this run folder or file is; None where nothing is written beside it.

    What is written there and cannot be read gives it to nobody.
    """
    try:
        return _read(str(_beside(path)))
    except FileNotFoundError:
        return None
    except (AtlasError, OSError):
        return frozenset()


def is_seen_by(path: Path, who: Owner | None) -> bool:
    """Whether somebody finds this in their lists: their own, and what is nobody's."""
    owners = owners_of(path)
    return who is None or owners is None or who in owners


def may_direct(path: Path) -> bool:
    """Whether this visitor may pause, stop, resume, change or remove what lies there."""
    if not are_directed_by_owners():
        return True
    owners = owners_of(path)
    return not in_classroom() if owners is None else owner_here() in owners


def claim(path: Path, who: Owner | None) -> None:
    """Write down that this is theirs, too. Raises AtlasError where that cannot be written."""
    if who is not None:
        with _writing:
            _write(path, (owners_of(path) or frozenset()) | {who})


def hand_over(path: Path, who: Owner | None) -> None:
    """Write down that this is theirs alone from now on. Raises AtlasError as `claim`."""
    with _writing:
        if who is None:
            _beside(path).unlink(missing_ok=True)
        else:
            _write(path, frozenset({who}))


def release(path: Path, who: Owner | None, remove: Callable[[], None]) -> None:
    """Write down that this is no longer theirs, and `remove` it where it is nobody's then.

    It goes before its owners do: what is left in between, or cannot be removed, is nobody else's.
    Raises AtlasError as `claim`, and what `remove` does.
    """
    with _writing:
        if who is not None and (left := (owners_of(path) or frozenset()) - {who}):
            _write(path, left)
            return
        remove()
        with suppress(OSError):
            _beside(path).unlink(missing_ok=True)


_writing = threading.Lock()


def _arrival() -> Arrival:
    headers, rules = st.context.headers, proxy_rules(os.environ)
    users = headers.get_all(rules.header) if rules else []
    return Arrival(users, st.context.cookies, connected=len(headers) > 0)


def _owner(users: Sequence[str], visitor: str) -> Owner:
    user = user_named(users)
    if user is not None:
        return Owner(kind="user", name=user)
    return Owner(kind="visitor", name=hashlib.sha256(visitor.encode()).hexdigest()[:32])


def _beside(path: Path) -> Path:
    return path / _OWNERS if path.is_dir() else path.with_name(f"{path.name}.{_OWNERS}")


def _write(path: Path, owners: frozenset[Owner]) -> None:
    try:
        write_atomically(_beside(path), _owners.dump_json(owners).decode())
    except OSError as error:
        raise AtlasError(
            f"Whose {path.name} is cannot be written ({error.strerror or error}): free some space."
        ) from error


def _read_owners(path: Path) -> frozenset[Owner]:
    try:
        return _owners.validate_json(path.read_bytes())
    except ValidationError as error:
        raise AtlasError(f"{path} is damaged: restore it from a copy, or remove it.") from error


_read = Unchanged(_read_owners)
