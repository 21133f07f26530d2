"""A page in Chromium, without a screen, and a server that notes what it is asked for."""

import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

_OPTIONS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
    # Nothing but this machine can be asked, so that a page of nbgrader's needs no network.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--virtual-time-budget=4000",
)


@dataclass(frozen=True)
class Seen:
    """What came of a page: its document, what ran (by name), what the server was asked for."""

    document: str
    ran: set[str]
    asked: set[str]


@contextmanager
def listening() -> Iterator[tuple[int, set[str]]]:
    """Yield the port of a server on this machine, and the set of paths it was asked for."""
    asked: set[str] = set()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.add(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1], asked
    finally:
        server.shutdown()
        server.server_close()


def show(page: str, asked: set[str], folder: Path) -> Seen:
    """Load `page` from a file, as a student would, and return what came of it."""
    path = folder / "page.html"
    path.write_text(page, encoding="utf-8")
    asked.clear()
    with TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True) as profile:
        document = subprocess.run(
            [CHROMIUM, *_OPTIONS, f"--user-data-dir={profile}", "--dump-dom", path.as_uri()],
            capture_output=True,
            timeout=240,
            check=True,
        ).stdout.decode("utf-8", "replace")
    root = re.search(r"<html[^>]*>", document)[0]
    hits = {path.removeprefix("/hit/") for path in asked if path.startswith("/hit/")}
    return Seen(document, set(re.findall(r"\sran-([\w-]+)=", root)), hits)
