"""Walks through every page a role can reach, following the links, without a browser."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from infra.local.http_gateway import Answered

# Of pages of one kind, so many are looked into; the others are only opened.
_LOOKED_INTO = 4
_ONE_OF_MANY = re.compile(r"/patients/[^/]+|(?<=[?&])(touch|after|search|start)=[^&]*")


class _Read(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []
        self.sources: list[str] = []
        self.ids: set[str] = set()
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.ids.add(found.get("id", ""))
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        self.sources += [found[name] for name in ("src", "hx-get") if name in found]
        self.words += [found[name] for name in ("value", "title", "aria-label", "alt") if name in found]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@dataclass
class Walk:
    """What was seen. Paths are without what stands behind ``#``.

    Attributes:
        pages: Path to what it answered.
        linked: Path to a page on which a link to it stands.
        lost: Addresses behind ``#`` that their page does not have, with the page on which they stand.
    """

    pages: dict[str, Answered] = field(default_factory=dict)
    linked: dict[str, str] = field(default_factory=dict)
    lost: list[tuple[str, str]] = field(default_factory=list)

    def words(self) -> Iterator[tuple[str, str]]:
        """Yield every page's path and its words, white space as one space."""
        for path, answered in self.pages.items():
            yield path, " ".join(" ".join(_read(answered).words).split())


def _read(answered: Answered) -> _Read:
    reader = _Read()
    kind = next((value for name, value in answered.headers if name == "content-type"), "")
    if kind.startswith("text/html"):
        reader.feed(answered.body.decode())
    return reader


def walk(clinic: Any, who: str, start: str = "/now") -> Walk:
    """Follow every link that leads into the dashboard, from ``start``."""
    found, kinds = Walk(), dict[str, int]()
    anchors: list[tuple[str, str, str]] = []
    waiting = [(start, start)]
    while waiting:
        path, at = waiting.pop(0)
        if path in found.pages:
            continue
        found.pages[path], found.linked[path] = clinic.get(path, who), at
        kind = _ONE_OF_MANY.sub("*", path)
        kinds[kind] = kinds.get(kind, 0) + 1
        if kinds[kind] > _LOOKED_INTO:
            continue
        read = _read(found.pages[path])
        for link in (*read.links, *read.sources):
            target = urlsplit(urljoin(path, link))
            if target.scheme or target.netloc:
                continue
            to = target.path + (f"?{target.query}" if target.query else "")
            waiting.append((to, path))
            if target.fragment:
                anchors.append((to, target.fragment, path))
    found.lost = [(f"{to}#{name}", at) for to, name, at in anchors if name not in _read(found.pages[to]).ids]
    return found
