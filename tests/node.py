"""Functions of the app's JavaScript modules, called in Node: no browser is needed for them."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

NODE = Path(sys.executable).with_name("node")
UI = Path(__file__).parents[1] / "latent_atlas" / "ui"


def called(module: str, name: str, *calls: Sequence[object]) -> Any:
    """What a function of a module below `latent_atlas/ui` gives for each of these arguments."""
    if not NODE.exists():
        reason = "Node is not there: `make lint` installs it"
        if os.environ.get("CI") == "true":
            pytest.fail(f"{reason}, and with CI=true its checks must run", pytrace=False)
        pytest.skip(reason)
    script = """
        const found = (await import(process.argv[1]))[process.argv[2]];
        const plain = (value) => (ArrayBuffer.isView(value) ? [...value] : value);
        const calls = JSON.parse(process.argv[3]);
        console.log(JSON.stringify(calls.map((each) => plain(found(...each)))));
    """
    command = [str(NODE), "--input-type=module", "-e", script, "--", (UI / module).as_uri(), name]
    done = subprocess.run([*command, json.dumps(calls)], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)
