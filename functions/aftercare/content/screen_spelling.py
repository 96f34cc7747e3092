"""Reads how patients write: ``spelling.toml``, and the common words of both languages, ``common.toml``."""

from collections.abc import Mapping

from aftercare.content.screen_checks import Raw, only, texts_of
from aftercare.domain.errors import BadInput
from aftercare.domain.screen_text import Spelling, lacking_one, single_letters

SPELLING, COMMON = "spelling.toml", "common.toml"
OURS = ("en", "es")


def spelling_of(raw: Mapping[str, Raw], vocabulary: set[str]) -> Spelling:
    table, common = raw[SPELLING], raw[COMMON]
    only(table, {"close", "hidden", "apart", "emoji", "spelled"}, "", SPELLING)
    only(common, {*OURS, "other"}, "", COMMON)
    words, phrases = _variants(table["spelled"])
    for word in sorted(vocabulary & words.keys()):
        if words[word] != (word,):
            raise BadInput(
                f"spelled.{word}", word, "a word that no phrase asks for by this spelling", SPELLING
            )
    known = vocabulary | {word for language in OURS for word in texts_of(common, language, COMMON, "")}
    known |= {word for told in (*words.values(), *phrases.values()) for word in told}
    close = {form: word for word in texts_of(table, "close", SPELLING, "") for form in lacking_one(word)}
    emoji = {ord(sign): f" {word} " for word, signs in table["emoji"].items() for sign in signs}
    # A doubled letter too many or too few is read as a word of the lexicon, never as one that is common.
    single = {single_letters(word): word for word in sorted(vocabulary) if len(word) > 3}
    return Spelling(
        words=words,
        phrases=phrases,
        emoji=emoji,
        known=frozenset(known - words.keys()),
        close=close,
        guarded=frozenset((*table["close"], *table["hidden"], *table["apart"])),
        single=single,
        foreign=frozenset(texts_of(common, "other", COMMON, "")),
        hidden=tuple(texts_of(table, "hidden", SPELLING, "")),
    )


def _variants(raw: Raw) -> tuple[dict[str, tuple[str, ...]], dict[tuple[str, ...], tuple[str, ...]]]:
    words: dict[str, tuple[str, ...]] = {}
    phrases: dict[tuple[str, ...], tuple[str, ...]] = {}
    for spelled in raw:
        told = tuple(spelled.split())
        for variant in texts_of(raw, spelled, SPELLING, "spelled.", may_be_empty=True):
            written = tuple(variant.split())
            if written in phrases or variant in words or written == told:
                raise BadInput(f"spelled.{spelled}", variant, "a spelling that stands nowhere else", SPELLING)
            if len(written) > 3:
                raise BadInput(f"spelled.{spelled}", variant, "at most three words", SPELLING)
            if len(written) == 1:
                words[variant] = told
            else:
                phrases[written] = told
    return words, phrases
