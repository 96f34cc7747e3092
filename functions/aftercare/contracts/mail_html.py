"""HTML mail as plain text: words and line breaks, quotes of earlier mail marked with "> "."""

import html
import re
from collections import Counter
from html.parser import HTMLParser

# Attributes of a longer tag are not looked at: Python's parser takes quadratic time on some that are broken.
_LONGEST_TAG = 4_000
_TAG = re.compile(r"<(/?[A-Za-z][A-Za-z0-9:-]{0,30})(?=[\s/>])")

_BLOCKS = frozenset(
    {
        *("address", "article", "aside", "blockquote", "br", "center", "dd", "div", "dl", "dt", "fieldset"),
        *("figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main"),
        *("nav", "ol", "p", "pre", "section", "table", "tr", "ul"),
    }
)
_CELLS = frozenset({"td", "th"})
_UNSEEN = frozenset({"script", "style", "title"})
_CONTAINERS = frozenset({"div", "blockquote"})
# Around what was quoted: Gmail and Proton (on the blockquote), Gmail's and Thunderbird's line above it,
# Yahoo and Outlook for phones (around both). A blockquote without any of them may be the writer's own.
_QUOTE_CLASSES = frozenset({"gmail_attr", "yahoo_quoted", "protonmail_quote", "moz-cite-prefix"})
_OUTLOOK_QUOTE = "mail-editor-reference-message-container"
# Some mail programs write an emoji as a picture of it.
_LONGEST_EMOJI = 8


class _Page(HTMLParser):
    """Python's parser, given one whole tag at a time: on a whole page its time is not bounded.

    (150 kB of ``<a <a <a`` were not done after 299 s on Python 3.11.7.)
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self._line: list[str] = []
        self._unseen: list[str] = []
        self._hidden_by = ""
        self._open: list[tuple[str, bool]] = []
        self._count: Counter[str] = Counter()
        self._depth = 0

    def read(self, page: str) -> str:
        """Return the words. A ``<`` that opens no tag is one of them."""
        at, tag_ends = 0, -1
        while (opens := page.find("<", at)) >= 0:
            self.handle_data(html.unescape(page[at:opens]))
            comment_ends = page.find("-->", opens) if page.startswith("<!--", opens) else -1
            if comment_ends >= 0:
                at = comment_ends + 3
                continue
            tag_ends = page.find(">", opens) if tag_ends < opens else tag_ends
            if tag_ends < 0:
                at = opens
                break
            at = self._tag(page, opens, tag_ends)
        self.handle_data(html.unescape(page[at:]))
        return self._finish()

    def _tag(self, page: str, opens: int, ends: int) -> int:
        """Read one tag; return where to go on."""
        if page.startswith(("<!", "<?"), opens):
            return ends + 1
        named = _TAG.match(page, opens)
        if named is None or page.find("<", opens + 1, ends) >= 0:
            self.handle_data("<")
            return opens + 1
        self.feed(page[opens : ends + 1] if ends - opens < _LONGEST_TAG else f"<{named[1]}>")
        if self.rawdata:  # it waits for the end of a quote that has none
            self.reset()
            self.feed(f"<{named[1]}>")
        return ends + 1

    def set_cdata_mode(self, elem: str, **_: object) -> None:
        """Go on reading tags: what is inside ``script`` and ``style`` is set aside here."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self.break_line()
        elif tag in _CELLS:
            self._line.append(" ")
        if tag in _UNSEEN:
            self._hidden_by = tag
        elif tag in _CONTAINERS:
            quote = _is_quote(tag, dict(attrs))
            self._open.append((tag, quote))
            self._count[tag] += 1
            self._depth += quote
        elif tag == "img":
            alt = dict(attrs).get("alt") or ""
            self._line.append(alt if len(alt) <= _LONGEST_EMOJI else "")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._hidden_by:
            self._hidden_by = ""
            self._unseen.clear()
        if tag in _BLOCKS:
            self.break_line()
        if tag in _CONTAINERS and self._count[tag]:
            closed = ""
            while closed != tag:
                closed, quote = self._open.pop()
                self._count[closed] -= 1
                self._depth -= quote

    def handle_data(self, data: str) -> None:
        (self._unseen if self._hidden_by else self._line).append(data)

    def break_line(self) -> None:
        line = re.sub(r"\s+", " ", "".join(self._line)).strip()
        self._line.clear()
        self.lines.append(f"> {line}" if line and self._depth else line)

    def _finish(self) -> str:
        # A style sheet that never ends has swallowed the letter.
        self._line += self._unseen if self._hidden_by else []
        self.break_line()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self.lines)).strip()


def text_of(page: str) -> str:
    """Return the words of an HTML mail, one line per block. Never raises; broken HTML keeps its words."""
    try:
        return _Page().read(page)
    except (AssertionError, ValueError, LookupError):
        return html.unescape(re.sub(r"<[^<>]*>", " ", page)).strip()


def _is_quote(tag: str, attrs: dict[str, str | None]) -> bool:
    classes = set((attrs.get("class") or "").split())
    if classes & _QUOTE_CLASSES or attrs.get("id") == _OUTLOOK_QUOTE:
        return True
    return tag == "blockquote" and ("gmail_quote" in classes or (attrs.get("type") or "").lower() == "cite")
