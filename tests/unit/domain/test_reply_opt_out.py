"""Who says stop is heard, in any words; who only suffers is never taken for someone who says stop."""

import pytest

from aftercare.domain.reply import STOP_WORDS, Asked, Stop, Unread, WrongNumber, understand

EVERYTHING = frozenset(Asked)
# Named by law, by the carriers, or by what the clinic's own texts promise: none may ever go missing.
PROMISED_STOPS = (
    *("stop", "quit", "end", "revoke", "opt out", "opt-out", "cancel", "unsubscribe", "stopall", "optout"),
    *("arret", "remove", "td", "alto", "parar", "basta", "cancelar", "no mas"),
)


@pytest.mark.parametrize("word", sorted({*STOP_WORDS, *PROMISED_STOPS}))
@pytest.mark.parametrize("spell", ["{}", "  {}\n", "{}.", "{}!!", '"{}"', "{} 👍", "\u200f{}\u200f", "({})"])
def test_stop_is_stop_however_it_is_spelt(word: str, spell: str) -> None:
    for cased in (word, word.upper(), word.title()):
        assert understand(spell.format(cased)) == Stop() == understand(spell.format(cased), EVERYTHING)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "STOP ALL",
            "stop   all",
            "opt - out",
            "No más",
            "NO MAS.",
            "¡Alto!",
            "ＳＴＯＰ",
            "𝐒𝐓𝐎𝐏",
            "S T O P",
        ),
        *("s t o p", "Arrêt", "ST\u200bOP", "ST\x00OP", "STOP\n\n", "\ufeffSTOP", "¡BASTA!"),
        *("BAJA", " ¡BAJA!", "BAJA BAJA"),
        *("STOP, please", "STOP thanks", "STOP STOP STOP", "stop stop", "Stop! Stop!", "no mas no mas"),
    ],
)
def test_stop_may_have_accents_wide_letters_and_spaces_between(text: str) -> None:
    assert understand(text) == Stop()


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("STOP I want to die", "i want to die"),
        ("Stop. I want to die", "i want to die"),
        ("stop! I want to die", "i want to die"),
        ("stop\nI want to die", "i want to die"),
        ("Stop - I want to die", "i want to die"),
        ('"STOP" I want to die', "i want to die"),
        ("STOP, I want to die", "i want to die"),
        ("STOP I WANT TO DIE", "i want to die"),
        ("STOP leave me alone", "leave me alone"),
        ("STOP. It hurts", "it hurts"),
        ("STOP 7", "7"),
        ("STOP 😭", "😭"),
        ("ALTO quiero morir", "quiero morir"),
        ("Alto. Quiero morir", "quiero morir"),
        ("ALTO YA NO PUEDO", "ya no puedo"),
        ("UNSUBSCRIBE I moved away", "i moved away"),
        ("Opt out. I moved away", "i moved away"),
        ("STOP ALL I am done with you", "i am done with you"),
        ("I am fine now. STOP", "i am fine now"),
        ("7. STOP", "7"),
        ("Quiero morir. ALTO", "quiero morir"),
    ],
)
def test_a_keyword_set_off_from_other_words_is_an_opt_out_and_the_words_are_kept(
    text: str, rest: str
) -> None:
    assert understand(text) == Stop(rest=rest)


@pytest.mark.parametrize(
    "text",
    [
        *("stop being so nice", "STOP BEING SO NICE", "STOP being so nice", "stop it hurts", "STOP it hurts"),
        *("STOP IT HURTS", "stop, it hurts", "stop... I can't", "Stop… I can't", "stop I can't take this"),
        "stop 7",
        *("STOP? what is that", "STOP THE PAIN", "STOP hurting me", "STOP him", "STOP OF ALL THINGS"),
        "please stop",
        *("stop please", "I'm done. stop", "I CAN'T. STOP", "make it STOP", "Stop-it", "stopping"),
        *("STOP2", "nonstop"),
        *("END it all", "END. I want to die", "Quit. I can't", "CANCEL. I am ill", "Basta. No puedo"),
        "NO MAS dolor",
        *("Cancel, I have a cold", "alto dolor", "ALTO dolor", "ALTO el fuego", "alto riesgo"),
        "OPT OUT of the study",
    ],
)
def test_a_keyword_that_begins_a_sentence_is_only_a_word(text: str) -> None:
    assert understand(text, EVERYTHING) == Unread()


PLAIN_STOPS = [
    *("please don't text me anymore", "Please do not text me any more.", "dont text me"),
    "don’t text me again",
    *("never text me again", "do not contact me", "Don't send me any more texts"),
    "do not send more messages",
    *("don't message this number again", "stop texting me", "quit texting me", "Stop texting me!!"),
    "STOP TEXTING ME",
    *("stop messaging me please", "can you stop texting me?", "Could you please stop texting me"),
    "stop texting",
    *("stop sending me texts", "stop sending these messages", "stop sending me reminders"),
    "please stop the texts",
    *("stop these messages", "Stop all messages", "stop thanks", "Hi, please stop texting me. Thanks"),
    "end these texts",
    *("take me off this list", "take me off your list please", "remove me from your texting list"),
    "remove me",
    *("Take my number off", "delete my number", "lose my number", "get me off this list", "unsubscribe me"),
    *("please unsubscribe", "unsubscribe please", "unsubscribe from all messages", "opt me out"),
    "I want to opt out",
    *("I'd like to unsubscribe", "please opt me out of these texts", "I am opting out", "no more texts"),
    "cancel texts",
    *("No more messages please", "I don't want these texts anymore"),
    "I do not want any more messages from you",
    *("I don't want to get texts", "I no longer want to receive messages", "I don't want you to text me"),
    *("I don't want to be contacted", "I want to stop receiving these texts"),
    "I want these messages to stop",
    *("I revoke my consent to be texted", "I told you, stop texting me"),
    "I don't want to hear from you anymore",
    *("ya no me manden mensajes", "Ya no me manden más mensajes, por favor", "no me manden mensajes"),
    "no me escriban",
    *("No me escriban más", "ya no me escriba", "ya no me texteen", "no me envíe más textos"),
    "No me mande más mensajes",
    *("dejen de escribirme", "Deje de mandarme mensajes", "paren de enviarme textos"),
    "por favor dejen de escribirme",
    *("no quiero recibir más mensajes", "Ya no quiero mensajes", "no quiero que me escriban"),
    "no más mensajes",
    *("ya no quiero recibir sus textos", "Quítenme de la lista", "sáqueme de su lista por favor"),
    "borren mi número",
    *("bórrenme de esta lista", "dénme de baja", "quiero darme de baja", "quiero dejar de recibir mensajes"),
    *("cancelen los mensajes", "cancelar mensajes", "basta de mensajes", "¿Pueden dejar de escribirme?"),
]


@pytest.mark.parametrize("text", PLAIN_STOPS)
@pytest.mark.parametrize("asked", [frozenset[Asked](), EVERYTHING])
def test_an_opt_out_in_plain_words_is_an_opt_out(text: str, asked: frozenset[Asked]) -> None:
    assert understand(text, asked) == Stop(plain=True)


@pytest.mark.parametrize(
    "text",
    [
        *("please don't text me anymore, I want to die", "Stop texting me because I want to die"),
        *("I am fine. Please don't text me anymore", "stop texting me. I moved away"),
        "I moved, take me off your list",
        *("no more texts but you can call me", "6. Please stop texting me"),
        "Ya no me manden mensajes porque me molesta",
        *("Estoy bien, ya no me escriban", "take me off this list and leave me alone", "lose my number 😡"),
    ],
)
def test_what_stands_beside_a_plain_opt_out_is_kept_for_a_person(text: str) -> None:
    understood = understand(text)
    assert isinstance(understood, Stop)
    assert understood.rest


@pytest.mark.parametrize(
    "text",
    [
        *("I can't stop crying", "I want to end it", "I want it all to stop", "end it all"),
        "no more pain please",
        *("I can't do this anymore", "can we stop the sessions?", "should I stop my medication"),
        "make it stop",
        *("I want to stop", "I want to quit", "I want out", "end it", "the end", "I can't cancel"),
        "cancel my visit",
        *("stop texting at night", "stop the messages in my head", "stop the voices", "stop hurting"),
        "leave me alone",
        *("don't text me, I'm driving", "Don't text me. I'm at work", "don't text me at work"),
        "do not text my wife",
        *("My mom said, don't text me anymore", "If I die, don't text me anymore"),
        "he told me: stop texting me",
        *("When I am gone, take me off your list", "I don't want to do this anymore"),
        "I don't want to live anymore",
        *("I don't want my texts read by others", "no more", "not anymore", "take me off my meds"),
        "delete me",
        *("take me off this medicine", "remove me from this world", "please call instead", "too many texts"),
        *("how do I opt out?", "did my texts stop?", "I quit drinking", "I quit my job"),
        *("revoke my license", "get me out"),
        *("no puedo parar de llorar", "quiero que pare todo", "ya no puedo más", "ya no más", "ya basta"),
        "no más dolor",
        *("Ya no quiero vivir", "ya no quiero", "quiero acabar con todo"),
        *("no me manden mensajes de noche", "para"),
        *("quiero dejar de sufrir", "déjenme en paz", "cancelar mi cita"),
        *("mi ánimo está por los suelos, baja", "salir"),
        *("quiero cancelar la cita", "no quiero más dolor", "si me muero, ya no me escriban", "bórrame"),
        "baja",
    ],
)
def test_suffering_and_questions_are_never_an_opt_out(text: str) -> None:
    assert understand(text) == Unread() == understand(text, EVERYTHING)


@pytest.mark.parametrize(
    "text",
    [
        *("wrong number", "Wrong number!", "Sorry, wrong number.", "you have the wrong number"),
        "this is the wrong number",
        *("You have the wrong person", "u got the wrong number", "You've got the wrong person"),
        "wrong person",
        *("I think you have the wrong number", "I'm not that person", "This isn't her number"),
        "número equivocado",
        *("Se equivocó de número", "se equivocaron de persona", "No soy esa persona"),
        "está equivocado de número",
        *("Perdón, número equivocado", "tiene el número equivocado", "persona equivocada"),
    ],
)
def test_a_stranger_says_that_the_number_is_wrong(text: str) -> None:
    assert understand(text) == WrongNumber() == understand(text, EVERYTHING)


@pytest.mark.parametrize(
    "text",
    ["You have the wrong number. Who is Ada?", "wrong number, I am Ben", "Número equivocado. Soy Carmen"],
)
def test_what_a_stranger_says_besides_is_kept_for_a_person(text: str) -> None:
    understood = understand(text)
    assert isinstance(understood, WrongNumber)
    assert understood.rest


@pytest.mark.parametrize(
    "text",
    [
        *("who is this?", "wrong number?", "is this the wrong number?", "oops, wrong person"),
        "I called a wrong number",
        *("ya no soy esa persona", "I'm not that person anymore", "I am with the wrong person", "wrong"),
        *("my mom said wrong number", "¿quién es?", "everything went wrong, number one"),
    ],
)
def test_a_question_or_a_slip_is_not_a_wrong_number(text: str) -> None:
    assert understand(text) == Unread()
