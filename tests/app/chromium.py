"""Headless Chromium, driven through its DevTools protocol: just what the tests of the page need."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",  # needed where tests run as root
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    # Everything Chromium would fetch on its own account.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--remote-debugging-port=0",
    "--window-size=1400,1000",
)
STARTS_WITHIN = 60.0  # seconds


def program() -> str | None:
    """Where Chromium is; None when there is none."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


def need_browser() -> None:
    """Skip where there is no Chromium; in CI that is a failure, because there pages must be seen."""
    if program() is None:
        if os.environ.get("CI") == "true":
            pytest.fail("there is no Chromium, and in CI pages must be seen")
        pytest.skip("there is no Chromium")


def eventually(condition: Any, what: str, seconds: float) -> Any:
    """The first true value of a condition.

    Raises:
        TimeoutError: If it stays false for so long.
    """
    ends = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > ends:
            raise TimeoutError(f"after {seconds:g} s: {what}")
        time.sleep(0.05)
    return found


class Tab:
    """One page in the browser, with every request that it made."""

    def __init__(self, socket: Any) -> None:
        """Attach to a target of the browser and listen to its network."""
        self._socket = socket
        self._number = 0
        self.requested: list[str] = []
        self.complaints: list[str] = []
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.command(f"{domain}.enable")

    def command(self, method: str, **params: Any) -> dict[str, Any]:
        """Send one command and wait for its answer, taking note of what happens meanwhile."""
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": params}))
        while True:
            said = json.loads(self._socket.recv(timeout=60))
            if said.get("id") == self._number:
                if "error" in said:
                    raise RuntimeError(f"{method}: {said['error']['message']}")
                return dict(said["result"])
            self._noted(said.get("method"), said.get("params", {}))

    def _noted(self, method: str | None, params: dict[str, Any]) -> None:
        if method == "Network.requestWillBeSent":
            self.requested.append(params["request"]["url"])
        elif method == "Network.webSocketCreated":
            self.requested.append(params["url"])
        elif method == "Runtime.exceptionThrown":
            self.complaints.append(params["exceptionDetails"]["text"])
        elif method == "Log.entryAdded" and params["entry"]["level"] == "error":
            self.complaints.append(f"{params['entry']['text']} ({params['entry'].get('url', '')})")

    def open(self, address: str) -> None:
        """Go to an address."""
        self.command("Page.navigate", url=address)

    def evaluate(self, script: str) -> Any:
        """Value of a JavaScript expression."""
        answer = self.command("Runtime.evaluate", expression=script, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{script}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def text(self) -> str:
        """Everything that can be read on the page."""
        return str(self.evaluate("document.body ? document.body.innerText : ''"))

    def wait_for(self, text: str, seconds: float = 60.0) -> None:
        """Wait until a text can be read on the page, and the rest of it has followed.

        Raises:
            TimeoutError: If it does not show up; the message has what is there instead.
        """
        try:
            eventually(lambda: text in self.text(), "", seconds)
        except TimeoutError:
            raise TimeoutError(f"{text!r} is not on the page, which says:\n{self.text()}") from None
        self._comes_to_rest()

    def _comes_to_rest(self) -> None:
        """Wait until the page says the same for a moment: its parts arrive one after another; one at play never rests."""
        before, ends = "", time.monotonic() + 3.0
        while (now := self.text()) != before and time.monotonic() < ends:
            before = now
            time.sleep(0.3)

    def click(self, selector: str, label: str = "") -> None:
        """Click with the mouse in the middle of the element that has this label, once it has come to rest."""
        labelled = f".filter(one => one.innerText.trim().toLowerCase() === {json.dumps(label.lower())})"
        where = (
            f"(() => {{ const one = [...document.querySelectorAll({json.dumps(selector)})]"
            f"{labelled if label else ''}[0]; if (!one) return null; one.scrollIntoView({{block: 'nearest'}});"
            " const box = one.getBoundingClientRect();"
            " return [box.x + box.width / 2, box.y + box.height / 2]; })()"
        )
        before, at = None, self.evaluate(where)
        while at is not None and at != before:
            time.sleep(0.1)
            before, at = at, self.evaluate(where)
        if at is None:
            raise LookupError(f"nothing on the page matches {selector} {label!r}")
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            self.command("Input.dispatchMouseEvent", type=kind, x=at[0], y=at[1], button="left", clickCount=1)

    def picture(self, path: Path) -> Path:
        """Save what is seen as a PNG."""
        path.write_bytes(base64.b64decode(self.command("Page.captureScreenshot")["data"]))
        return path

    def elsewhere(self) -> list[str]:
        """Requests that left this machine."""
        here = {"127.0.0.1", "localhost", "::1"}
        return [
            address
            for address in self.requested
            if urlsplit(address).scheme not in ("data", "blob", "about")
            and urlsplit(address).hostname not in here
        ]


@contextmanager
def browser(profile: Path) -> Iterator[Tab]:
    """A browser with one empty tab; it ends with the block.

    Args:
        profile: An empty directory for its files.
    """
    from websockets.sync.client import connect

    found = program()
    assert found is not None, "there is no Chromium"
    process = subprocess.Popen(
        [found, *FLAGS, f"--user-data-dir={profile}", "about:blank"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        port = eventually(lambda: _port(profile, process), "Chromium has not started", STARTS_WITHIN)
        with connect(f"ws://127.0.0.1:{port}{_target(port)}", max_size=None, proxy=None) as socket:
            yield Tab(socket)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _port(profile: Path, process: subprocess.Popen[bytes]) -> int | None:
    if process.poll() is not None:
        raise RuntimeError(f"Chromium ended with code {process.returncode}")
    try:
        return int((profile / "DevToolsActivePort").read_text().splitlines()[0])
    except (FileNotFoundError, IndexError, ValueError):
        return None


def _target(port: int) -> str:
    """The path of the one tab."""
    from http.client import HTTPConnection

    def tab() -> str | None:
        connection = HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("GET", "/json/list")
        targets = json.loads(connection.getresponse().read())
        connection.close()
        pages = [one for one in targets if one["type"] == "page"]
        return urlsplit(pages[0]["webSocketDebuggerUrl"]).path if pages else None

    return str(eventually(tab, "Chromium has no tab", STARTS_WITHIN))
