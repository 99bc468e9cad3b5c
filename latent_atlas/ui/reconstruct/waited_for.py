"""Answers that take a while: computed in a thread, kept, with progress and a way out."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import TypeVar

import streamlit as st

from latent_atlas.ui.data import jobs
from latent_atlas.ui.data.jobs import IsCancelled, Progress
from latent_atlas.ui.data.progress import watch
from latent_atlas.ui.markdown import escaped_message
from vae_core.data.own import ImportCancelled
from vae_core.evaluation import Cancelled, Watch

T = TypeVar("T")
# What an answer is kept by: the digest of a model, the names of images, the settings.
Key = tuple[object, ...]

_MOST = 192  # answers of all visitors; each is some numbers or small pictures, 1 MB at most
_SOON = 0.3  # seconds that the page waits before it shows progress
_kept: OrderedDict[Key, object] = OrderedDict()
_lock = threading.Lock()


def answers(
    wanted: Mapping[Key, Callable[[Watch], T]], title: str, unit: str, each: int
) -> dict[Key, T]:
    """Those of the wanted answers that are here, in their order.

    For the others work is begun, and what it has done is shown where this is called, with a button
    that stops it; the page is drawn anew once it ends. `title` says what is done, and `each` how
    many of `unit` an answer takes.
    """
    found = _present(wanted)
    missing = {key: work for key, work in wanted.items() if key not in found}
    if not missing:
        return found
    name = "reconstruct-" + sha256(repr(sorted(map(repr, missing))).encode()).hexdigest()[:24]
    job = jobs.find(name)
    if job is None or job.state == "finished":  # what it found may have been forgotten since
        job = jobs.start(name, title, lambda tell, stop: _work(missing, each, tell, stop))
        job.wait(_SOON)
    if job.state == "running":
        watch(job, name, unit)
    elif job.state != "finished":
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(escaped_message(f"{title}: {job.message}"))
            st.button("Go on", key=f"go-on-{name}", on_click=jobs.forget, args=(name,))
    return _present(wanted)


def kept(key: Key, work: Callable[[], T]) -> T:
    """What is kept by this key, or what `work` gives, which is kept from now on.

    For parts of answers, within the thread that computes them.
    """
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]  # type: ignore[return-value]
    found = work()
    _keep(key, found)
    return found


def _keep(key: Key, answer: object) -> None:
    with _lock:
        _kept[key] = answer
        while len(_kept) > _MOST:
            _kept.popitem(last=False)


def _present(wanted: Mapping[Key, Callable[[Watch], T]]) -> dict[Key, T]:
    found: dict[Key, T] = {}
    with _lock:
        for key in wanted:
            if key in _kept:
                _kept.move_to_end(key)
                found[key] = _kept[key]  # type: ignore[assignment]
    return found


def _work(
    missing: Mapping[Key, Callable[[Watch], object]],
    each: int,
    tell: Progress,
    stopped: IsCancelled,
) -> str:
    total = each * len(missing)
    for place, (key, work) in enumerate(missing.items()):
        before = place * each

        def progress(done: float, before: int = before) -> None:
            tell(before + round(done * each), total)

        try:
            answer = work(Watch(progress, stopped))
        except Cancelled:
            raise ImportCancelled("stopped.") from None
        _keep(key, answer)
        tell(before + each, total)
    return ""
