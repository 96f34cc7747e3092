"""Pictures of the demo's screens for the README, by Debian's own Chromium."""

import base64
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aftercare.domain.errors import BadInput
from infra.local.demo_cache import demo_world
from infra.local.demo_clockwork import Clockwork
from infra.local.demo_server import serving
from infra.local.demo_site import DemoSite

_WIDE, _NARROW = (1280, 800), (360, 740)
# All pictures together must stay below this: they are in the repository.
WEIGHT_MAX = 1_500_000
# Chromium itself turns a picture into WebP: a fifth of the PNG, and letters stay sharp.
_TO_WEBP = """async (png) => {
  const image = new Image();
  image.src = "data:image/png;base64," + png;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.width, image.height];
  canvas.getContext("2d").drawImage(image, 0, 0);
  return canvas.toDataURL("image/webp", 0.6).split(",")[1];
}"""


@dataclass(frozen=True, slots=True)
class Screen:
    """One page to be pictured: ``who`` is signed in, or nobody. ``status``: of its answer."""

    name: str
    path: str
    who: str | None = "nora"
    status: int = 200


SCREENS = (
    Screen("now", "/now"),
    Screen("patient", "/patients/pat-06"),
    Screen("patients", "/patients"),
    Screen("outcomes", "/outcomes"),
    Screen("protocols", "/protocols"),
    Screen("settings", "/settings"),
    Screen("audit", "/audit", "owen"),
    Screen("demo", "/demo?patient=pat-35", None),
    # Nothing found, nothing there, not for this role, and the longest course there is.
    Screen("empty", "/patients?search=zzz"),
    Screen("missing", "/patients/nobody", status=404),
    Screen("refused", "/outcomes", "fay", status=403),
    Screen("long", "/patients/pat-20?part=2"),
)
_LOOKS = tuple((scheme, size) for scheme in ("light", "dark") for size in (_WIDE, _NARROW))


def chromium() -> str:
    """Return where Chromium is.

    Raises:
        BadInput: There is none.
    """
    named = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
    if not Path(named).exists():
        raise BadInput("CHROMIUM", named, "the path of Chromium; on Debian: sudo apt install chromium")
    return named


@contextmanager
def browser() -> Iterator[Any]:
    """Return a Chromium, without a window, until the end."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # Its own sandbox needs a user namespace, which root in a container has not; all pages are ours.
        options = ["--no-sandbox"] if os.geteuid() == 0 else []
        opened = playwright.chromium.launch(executable_path=chromium(), args=options)
        try:
            yield opened
        finally:
            opened.close()


def take(out: Path) -> None:
    """Picture every screen, light and dark, wide and narrow.

    Raises:
        BadInput: There is no Chromium, or the pictures weigh too much to be kept.
    """
    chromium()
    world = demo_world()
    try:
        site = DemoSite(Clockwork(world), hint=False)
        with serving(site.answer) as server, browser() as opened, tempfile.TemporaryDirectory() as made:
            for scheme, size in _LOOKS:
                for screen in SCREENS:
                    _take_one(opened, server.url, screen, scheme, size, Path(made))
            _keep(Path(made), out)
    finally:
        world.__exit__(None, None, None)


def _take_one(
    opened: Any, url: str, screen: Screen, scheme: str, size: tuple[int, int], folder: Path
) -> None:
    width, height = size
    viewport = {"width": width, "height": height}
    context = opened.new_context(viewport=viewport, color_scheme=scheme, reduced_motion="reduce")
    page = context.new_page()
    try:
        if screen.who is not None:
            page.goto(f"{url}/demo/sign-in")
            page.click(f"button[value={screen.who}]")
        answer = page.goto(url + screen.path)
        if answer is None or answer.status != screen.status:
            print(f"{screen.name}: no picture, the page answered {answer and answer.status}")
            return
        page.wait_for_load_state("networkidle")
        png = base64.b64encode(page.screenshot()).decode()
        page.goto("about:blank")
        webp = base64.b64decode(page.evaluate(_TO_WEBP, png))
        (folder / f"{screen.name}-{scheme}-{width}.webp").write_bytes(webp)
    finally:
        context.close()


def _keep(made: Path, out: Path) -> None:
    pictures = sorted(made.glob("*.webp"))
    weight = sum(picture.stat().st_size for picture in pictures)
    if weight > WEIGHT_MAX:
        raise BadInput("screenshots", f"{weight} bytes", f"{WEIGHT_MAX} bytes in all: fewer, or smaller")
    out.mkdir(parents=True, exist_ok=True)
    for picture in pictures:
        shutil.copyfile(picture, out / picture.name)
    print(f"{len(pictures)} pictures, {weight // 1000} kB, in {out}")
