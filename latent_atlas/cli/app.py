"""The command ``app``: the app, served by Streamlit as `streamlit run app.py` would."""

import argparse
import os
import socket

from streamlit.web import cli

from latent_atlas.places import APP
from latent_atlas.ui.border import HOSTS, allowed, check_binding
from latent_atlas.ui.proxies import BELIEVED, proxy_rules
from vae_core.errors import AtlasError

LOOPBACK = "127.0.0.1"  # as in .streamlit/config.toml


def app_command(args: argparse.Namespace) -> int:
    """Serve it until somebody ends it; Streamlit prints the address."""
    if args.allow_host:
        os.environ[HOSTS] = allowed(args.allow_host)
    options = []
    if args.port is not None:
        _check_address(args.host or LOOPBACK, args.port)
        options += ["--server.port", str(args.port)]
    elif args.host is not None:
        _check_address(args.host, 0)
    if args.host is not None:
        options += ["--server.address", args.host]
    address = args.host or os.environ.get("STREAMLIT_SERVER_ADDRESS") or LOOPBACK
    check_binding(address, os.environ)
    if proxy_rules(os.environ) is not None:
        os.environ[BELIEVED] = ""  # so that the app sees whether it is the proxy that asks
    # Streamlit reads .streamlit/config.toml beside the script, wherever this was typed.
    cli.main(["run", str(APP), *options], prog_name="latent-atlas app", standalone_mode=False)
    return 0


def _check_address(host: str, port: int) -> None:
    """Raises AtlasError where nothing can be served there."""
    if not 0 <= port <= 65535:
        raise AtlasError(f"--port is {port}: give 0 to 65535.")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server will
            probe.bind(address)
    except OSError as error:
        where = f"{host}:{port}" if port else host
        raise AtlasError(
            f"The app cannot be served at {where} ({error.strerror or error}): "
            "choose another --port or --host."
        ) from error
