"""How the server's process is set up, once, for a page that answers quickly."""

import gc
import socket
from contextlib import suppress

import streamlit as st
import torch


def answer_without_delay() -> None:
    """Let the sockets that listen send what is short at once; to be called before any is asked.

    Streamlit makes its socket with no protocol named, and asyncio does not know it for TCP then:
    the kernel holds the body of a short answer back until the browser has acknowledged its head,
    which takes that 40 ms. A page of Streamlit's is about a hundred of them. What a listening
    socket is set to, those that it accepts are.
    """
    for each in gc.get_objects():  # nobody else hands it out
        if issubclass(type(each), socket.socket):  # `isinstance` would ask lazy modules, too
            with suppress(OSError):  # it is closed, or none of TCP
                if each.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                    each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def limit_torch_threads() -> None:
    """One torch thread in the server: a run trains beside it, and spinning threads stop both.

    A thread takes the number over when it first computes, so this comes before all others do.
    """
    torch.set_num_threads(1)


@st.cache_resource(show_spinner=False)
def freeze_imports(page: str) -> None:
    """Take what is imported by now out of the garbage collector's sight, once per page.

    Streamlit collects garbage after every script run while it holds the GIL: 166 ms with torch
    imported, 248 ms with plotly too, and next to nothing when those modules are frozen. This must
    come after the imports of a page, hence once for each.
    """
    gc.collect()
    gc.freeze()
