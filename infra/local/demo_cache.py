"""The demo clinic's three months, kept beside the code that made them: lived once, not at every start.

The file's name is a hash of every file that has a part in it, so it is never stale; a change of any of them
makes the clinic live its months anew.
"""

import gc
import gzip
import hashlib
import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from infra.local.demo_people import NOW
from infra.local.demo_world import DemoWorld

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".demo"
_MADE_FROM = ("functions", "infra/local")
# What only shows the clinic has no part in its months.
_ONLY_SHOWS = re.compile(
    r"functions/aftercare/web/.*|infra/local/demo_(pages/.*|site|panes|server|sign_in|clockwork|screens)(\.py)?"
    r"|infra/local/(http_gateway|story.*|bench.*|screen_.*|lint_command)\.py"
)
_ALSO = ("template.yaml", "requirements-dev.lock")
Told = Callable[[float], None]


def made_from(root: Path = ROOT) -> str:
    """Return the hash of everything that has a part in the clinic's months."""
    digest = hashlib.sha256(sys.version.encode())
    for path in sorted(_parts(root)):
        digest.update(f"\n{path.relative_to(root).as_posix()}\n".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:24]


def _parts(root: Path) -> Iterator[Path]:
    yield from (root / name for name in _ALSO if (root / name).exists())
    for folder in _MADE_FROM:
        for path in (root / folder).rglob("*"):
            shows = _ONLY_SHOWS.fullmatch(path.relative_to(root).as_posix())
            if path.is_file() and not shows and "__pycache__" not in path.parts:
                yield path


def demo_world(told: Told | None = None, folder: Path = FOLDER) -> DemoWorld:
    """Return the demo clinic at its now, entered; the caller leaves it.

    Args:
        told: Hears how far it is, 0 to 1, while the months are lived. Never called when they are kept.
        folder: Where they are kept; it may be removed at any time.
    """
    file = folder / f"{made_from()}.json.gz"
    kept = _read(file)
    if kept is not None:
        world = DemoWorld(starts_at=datetime.fromisoformat(kept["now"])).__enter__()
        world.go_on(kept)
        return world
    world = DemoWorld().__enter__()
    began = world.clock.now()
    each = (lambda at: told((at - began) / (NOW - began))) if told else None
    with _few_collections():
        world.live(each=each)
    _write(file, world.kept())
    return world


@contextmanager
def _few_collections() -> Iterator[None]:
    """Look for garbage seldom: nearly all that is made is kept, and looking was a sixth of the time."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(50_000, 50, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _read(file: Path) -> dict[str, Any] | None:
    try:
        kept: dict[str, Any] = json.loads(gzip.decompress(file.read_bytes()))
    except (OSError, EOFError, ValueError):
        # None yet, or one that was cut off: it is made anew.
        return None
    return kept


def _write(file: Path, kept: dict[str, Any]) -> None:
    """Keep it, in the place of every earlier one. A disk that is full is no reason not to start."""
    try:
        file.parent.mkdir(exist_ok=True)
        for old in file.parent.glob("*.json.gz"):
            old.unlink(missing_ok=True)
        part = file.with_suffix(f".{os.getpid()}.part")
        part.write_bytes(gzip.compress(json.dumps(kept).encode(), compresslevel=3, mtime=0))
        part.replace(file)
    except OSError as error:
        sys.stderr.write(f"The clinic's months could not be kept for the next start: {error}\n")
