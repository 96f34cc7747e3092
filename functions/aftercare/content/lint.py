"""The content lint: what must hold of every word before a patient may read it.

Pure: words, protocols, the day and the measure of reading grade are passed in. The word lists and
limits, each with its reason, are in ``banned.toml``.
"""

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatchcase
from functools import lru_cache
from importlib import resources
from typing import Any

from aftercare.domain.patient import LANGUAGES
from aftercare.domain.protocol import LIBRARY, Kind, Protocols
from aftercare.domain.segments import GSM_7, GSM_BASIC, GSM_EXTENSION, plain_gsm, segments
from aftercare.domain.words import PLACEHOLDERS, Words, fill, placeholders

Library = Mapping[str, Mapping[str, Words]]
Grade = Callable[[str, str], float]

LONGEST_CLINIC = "Green Valley Wellness Center"
"""28 characters, the longest name a text must have room for."""

LONGEST_VALUES: Mapping[str, Mapping[str, str]] = {
    "en": {"day": "Wednesday, September 30", "time": "12:05 PM", "opens": "10:30 AM"},
    "es": {"day": "miercoles 30 de septiembre", "time": "12:05 p. m.", "opens": "10:30 a. m."},
}
"""The longest day and time of each language, as a text shows them (Spanish loses its accents)."""

_PHONE = "202-555-0147"
_LINK = "https://care.example.org/f/" + "x" * 21


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend: the file below ``content``, the key in it, and what is wrong."""

    file: str
    key: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file} {self.key} {self.reason}"


@dataclass(frozen=True, slots=True)
class Ban:
    """Words that may not be said, but for the phrases that deny them in the texts named.

    ``by_hand``: nor in a text that a person types.
    """

    pattern: re.Pattern[str]
    reason: str
    denials: re.Pattern[str] | None
    denied_in: tuple[str, ...]
    by_hand: bool = False

    def broken_by(self, plain: str, key: str) -> str | None:
        """Return the first banned word of a text, if there is one.

        Args:
            plain: The text in ``plain_letters``.
            key: Which text it is, such as ``E1.sms``.
        """
        if self.denials is not None and key in self.denied_in:
            plain = self.denials.sub(" . ", plain)
        match = self.pattern.search(plain)
        return match.group() if match else None


@dataclass(frozen=True, slots=True)
class Rules:
    """What ``banned.toml`` says. ``parts`` are parts of a text message, ``grade`` a school grade."""

    claims: tuple[Ban, ...]
    lock_screen: tuple[Ban, ...]
    parts: int
    parts_of: Mapping[str, int]
    grade: float
    crisis_number: str
    crisis_ids: frozenset[str]
    engine_ids: frozenset[str]
    way_out: Mapping[str, str]
    values: Mapping[str, list[str]]

    def own_values(self, id_: str) -> set[str]:
        """Return the placeholders that message ``id_`` has beside ``clinic`` and ``phone``."""
        return {name for ids, names in self.values.items() if fnmatchcase(id_, ids) for name in names}


def lint(
    words: Library,
    protocols: Protocols,
    today: date,
    grade: Grade,
    longest_clinic: str = LONGEST_CLINIC,
) -> list[Finding]:
    """Return everything that keeps these words from being sent, in the order of the files.

    Args:
        words: By language, then by id.
        protocols: Decide which text is a reminder, a check-in, a form.
        today: The day against which reviews are due.
        grade: Reading grade (school years of the United States) of a text in a language.
        longest_clinic: The name that every text must have room for.
    """
    rules, steps = load_rules(), [step for protocol in protocols.values() for step in protocol.steps]
    needed = {step.words for step in steps} - {LIBRARY} | rules.engine_ids
    in_crisis = {step.words for step in steps if step.kind in (Kind.SAFETY, Kind.CHECK_IN)} | rules.crisis_ids
    findings = [*_missing(words, needed), *_overdue_protocols(protocols, today)]
    for one in (one for by_id in words.values() for one in by_id.values()):
        findings += _overdue_or_unsourced(one, today)
        findings += _banned(one, rules)
        faults = list(_placeholders(one, rules))
        findings += faults
        if not faults:
            full = rendered(one, longest_clinic)
            findings += _parts(full, rules)
            findings += _hard_to_read(full, rules, grade)
            findings += _ways_to_help(full, rules, crisis=one.id in in_crisis)
    return findings


def rendered(words: Words, longest_clinic: str = LONGEST_CLINIC) -> Words:
    """Return ``words`` filled with the longest values a placeholder may stand for.

    Raises:
        KeyError: A placeholder is unknown.
    """
    values = {
        "clinic": plain_gsm(longest_clinic),
        "phone": _PHONE,
        "per_week": "99",
        "link": _LINK,
        **LONGEST_VALUES[words.language],
    }
    return replace(
        words,
        sms=fill(words.sms, values),
        subject=fill(words.subject, values),
        email=fill(words.email, values),
    )


def readable(text: str) -> str:
    """Return ``text`` as a reading grade should see it: an address is looked at, not read."""
    return text.replace(_LINK, "link")


def plain_letters(text: str) -> str:
    """Return ``text`` in small letters, without accents, with plain quotes and single spaces."""
    straight = text.translate(str.maketrans("\u2018\u2019\u201c\u201d", "''\"\""))
    base = "".join(c for c in unicodedata.normalize("NFKD", straight) if not unicodedata.combining(c))
    return " ".join(base.casefold().split())


@lru_cache(maxsize=1)
def load_rules() -> Rules:
    """Read ``banned.toml``, once per process."""
    raw = tomllib.loads((resources.files("aftercare.content") / "banned.toml").read_text(encoding="utf-8"))
    return Rules(
        claims=tuple(_ban(entry) for entry in raw["claim"]),
        lock_screen=tuple(_ban(entry) for entry in raw["lock_screen"]),
        parts=raw["limits"]["parts"],
        parts_of=raw["limits"]["parts_of"],
        grade=raw["limits"]["grade"],
        crisis_number=raw["crisis_line"]["number"],
        crisis_ids=frozenset(raw["crisis_line"]["ids"]),
        engine_ids=frozenset(raw["engine"]["ids"]),
        way_out=raw["way_out"],
        values=raw["values"],
    )


def _ban(entry: Mapping[str, Any]) -> Ban:
    words = [re.escape(plain_letters(word)).replace(r"\*", r"\w*") for word in entry.get("words", ())]
    denied = [re.escape(plain_letters(phrase)) for phrase in entry.get("denied", ())]
    return Ban(
        pattern=_whole([*words, *entry.get("patterns", ())]),
        reason=entry["reason"],
        denials=_whole(denied) if denied else None,
        denied_in=tuple(entry.get("denied_in", ())),
        by_hand=entry.get("by_hand", False),
    )


def _whole(alternatives: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(alternatives)})(?!\w)")


def _found(words: Words, form: str, reason: str) -> Finding:
    folder = "education" if words.topic else "messages"
    return Finding(f"{folder}/{words.language}.toml", f"{words.id}.{form}", reason)


def _texts(words: Words) -> tuple[tuple[str, str], ...]:
    return ("sms", words.sms), ("subject", words.subject), ("email", words.email)


def _missing(library: Library, needed: set[str]) -> Iterator[Finding]:
    known = {one.id: one for by_id in library.values() for one in by_id.values()}
    for language in LANGUAGES:
        for id_ in sorted((known.keys() | needed) - library.get(language, {}).keys()):
            folder = "education" if id_ in known and known[id_].topic else "messages"
            why = "used by the service" if id_ in needed else "written in another language"
            yield Finding(f"{folder}/{language}.toml", id_, f"is {why}, and has no text here")


def _overdue_protocols(protocols: Protocols, today: date) -> Iterator[Finding]:
    for id_, protocol in protocols.items():
        if today > protocol.review_by:
            why = f"the review was due on {protocol.review_by}"
            yield Finding(f"protocols/{id_}.toml", "review_by", why)


def _overdue_or_unsourced(words: Words, today: date) -> Iterator[Finding]:
    if words.overdue(today):
        yield _found(words, "review_by", f"the review was due on {words.review_by}")
    if not words.sources:
        yield _found(words, "sources", "names no source")


def _banned(words: Words, rules: Rules) -> Iterator[Finding]:
    for form, text in _texts(words):
        plain, on_lock_screen = plain_letters(text), () if form == "email" else rules.lock_screen
        for ban in (*rules.claims, *on_lock_screen):
            said = ban.broken_by(plain, f"{words.id}.{form}")
            if said is not None:
                yield _found(words, form, f'says "{said}": {ban.reason}')


def _placeholders(words: Words, rules: Rules) -> Iterator[Finding]:
    own = rules.own_values(words.id)
    allowed = {"clinic", "phone", "per_week"} | own
    for form, text in _texts(words):
        try:
            used = placeholders(text)
        except ValueError:
            yield _found(words, form, "has a { that no } closes")
            continue
        for name in sorted(used - allowed):
            why = "has no value in this message" if name in PLACEHOLDERS else "is not a placeholder"
            yield _found(words, form, f"{{{name}}} {why}")
        for name in sorted(own - used if form != "subject" else ()):
            yield _found(words, form, f"does not show {{{name}}}")


def _parts(full: Words, rules: Rules) -> Iterator[Finding]:
    encoding, parts = segments(full.sms)
    most = rules.parts_of.get(full.id, rules.parts)
    if encoding != GSM_7:
        strange = sorted({c for c in full.sms if c not in GSM_BASIC and c not in GSM_EXTENSION})
        yield _found(full, "sms", f"cannot be sent as GSM-7 because of {' '.join(strange)}")
    if parts > most:
        yield _found(full, "sms", f"takes {parts} parts with the longest names; allowed: {most}")


def _hard_to_read(full: Words, rules: Rules, grade: Grade) -> Iterator[Finding]:
    for form, text in (("sms", full.sms), ("email", full.email)):
        found = grade(readable(text), full.language)
        if found > rules.grade:
            yield _found(full, form, f"reads at grade {found:.1f}; allowed: {rules.grade:g}")


def _ways_to_help(full: Words, rules: Rules, *, crisis: bool) -> Iterator[Finding]:
    stop_word = rules.way_out[full.language]
    number, stop = _whole([rules.crisis_number]), _whole([stop_word])
    for form, text in (("sms", full.sms), ("email", full.email)):
        if crisis and not number.search(text):
            yield _found(full, form, f"does not show the crisis line {rules.crisis_number}")
    exempt = any(fnmatchcase(full.id, pattern) for pattern in rules.way_out["not_in"])
    if not exempt and not stop.search(full.email.rsplit("\n\n", 1)[-1]):
        yield _found(full, "email", f"does not end with how to stop ({stop_word})")
    if full.topic and not stop.search(full.sms):
        yield _found(full, "sms", f"does not say how to stop ({stop_word})")
