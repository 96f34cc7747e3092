"""How many parts a text costs, against a table worked out by hand from 3GPP TS 23.038."""

import pytest

from aftercare.domain.segments import GSM_7, UCS_2, plain_gsm, segments


@pytest.mark.parametrize(
    ("text", "encoding", "parts"),
    [
        pytest.param("", GSM_7, 0, id="nothing costs nothing"),
        pytest.param("Hello Ada", GSM_7, 1, id="a short text is one part"),
        pytest.param("a" * 160, GSM_7, 1, id="160 plain characters fit one part"),
        pytest.param("a" * 161, GSM_7, 2, id="161 do not"),
        pytest.param("a" * 306, GSM_7, 2, id="two parts hold 153 each"),
        pytest.param("a" * 307, GSM_7, 3, id="one more is a third part"),
        pytest.param("é" * 160, GSM_7, 1, id="e acute is in the alphabet"),
        pytest.param("¿ñü¡à" * 32, GSM_7, 1, id="so are the Spanish marks that are kept"),
        pytest.param("í", UCS_2, 1, id="i acute is not"),
        pytest.param("ç", UCS_2, 1, id="small c cedilla is not, though the capital is"),
        pytest.param("í" * 70, UCS_2, 1, id="70 wide characters fit one part"),
        pytest.param("í" * 71, UCS_2, 2, id="71 do not"),
        pytest.param("a" * 70 + "í", UCS_2, 2, id="one accent makes the whole text wide"),
        pytest.param("í" * 134, UCS_2, 2, id="two wide parts hold 67 each"),
        pytest.param("í" * 135, UCS_2, 3, id="one more is a third wide part"),
        pytest.param("a" * 158 + "€", GSM_7, 1, id="a euro counts two: 160"),
        pytest.param("a" * 159 + "€", GSM_7, 2, id="a euro counts two: 161"),
        pytest.param("€" * 80, GSM_7, 1, id="80 euros are 160"),
        pytest.param("[" * 81, GSM_7, 2, id="81 brackets are 162"),
        pytest.param("a" * 151 + "€" + "a" * 153, GSM_7, 2, id="an escape that ends a part is whole"),
        pytest.param(
            "a" * 152 + "€" + "a" * 152, GSM_7, 3, id="an escape is never split, so a part ends early"
        ),
        pytest.param("😀" * 35, UCS_2, 1, id="an emoji counts two: 70"),
        pytest.param("😀" * 36, UCS_2, 2, id="an emoji counts two: 72"),
        pytest.param("í" * 66 + "😀" + "í" * 66, UCS_2, 3, id="an emoji is never split either"),
    ],
)
def test_a_text_costs_the_parts_its_carrier_bills(text: str, encoding: str, parts: int) -> None:
    assert segments(text) == (encoding, parts)


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("miércoles", "miércoles"),
        ("sábado", "sabado"),
        ("Clínica Niño Jesús", "Clinica Niño Jesus"),
        ("Niño", "Niño"),
        ("Zoë’s “Care” – now… ok", 'Zoe\'s "Care" - now... ok'),
        ("a\xa0b", "a b"),
        ("€ [x]", "€ [x]"),
        ("Ł 😀", "Ł 😀"),
    ],
)
def test_a_letter_loses_its_accent_only_when_a_text_cannot_carry_it(written: str, sent: str) -> None:
    assert plain_gsm(written) == sent


def test_an_accent_written_as_its_own_character_is_joined_first() -> None:
    assert plain_gsm("nin\u0303o caf\u0065\u0301") == "niño café"
