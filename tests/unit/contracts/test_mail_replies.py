"""What a patient wrote, apart from what their mail program added."""

import pytest

from aftercare.contracts.inbound_mail import parse
from aftercare.contracts.mail_quotes import written
from tests.unit.contracts.letters import leaf, letter, multipart, notice

OURS = "How have you been since your visit? Reply with a number from 0 to 10."

REPLIES = {
    "Gmail, in English": (
        (
            "I slept well. 7\n\nOn Tue, Nov 24, 2026 at 10:02 AM Hudson Aftercare <care@hudson.example.org>\n"
            f"wrote:\n\n> {OURS}\n>\n> Hudson\n"
        ),
        "I slept well. 7",
    ),
    "Gmail, in Spanish": (
        (
            "Dormí bien. 7\n\nEl mar, 24 nov 2026 a las 10:02, Hudson (<care@hudson.example.org>)\n"
            f"escribió:\n\n> {OURS}\n"
        ),
        "Dormí bien. 7",
    ),
    "Gmail on a phone, in Spanish": (
        (
            "7\n\nEl mar., 24 de nov. de 2026 10:02 a. m., Hudson <care@hudson.example.org> escribió:\n\n"
            f"> {OURS}\n"
        ),
        "7",
    ),
    "iPhone, in English": (
        (
            "Better today.\n\nSent from my iPhone\n\n> On Nov 24, 2026, at 10:02 AM, Hudson "
            f"<care@hudson.example.org> wrote:\n> \n> {OURS}\n"
        ),
        "Better today.",
    ),
    "iPhone, in Spanish": (
        (
            "Mejor hoy.\n\nEnviado desde mi iPhone\n\n> El 24 nov 2026, a las 10:02, Hudson "
            f"<care@hudson.example.org> escribió:\n> \n> {OURS}\n"
        ),
        "Mejor hoy.",
    ),
    "Outlook on Windows, in English": (
        (
            "8\n\nFrom: Hudson <care@hudson.example.org>\nSent: Tuesday, November 24, 2026 10:02 AM\n"
            f"To: Ada <ada@example.org>\nSubject: Your check-in\n\n{OURS}\n"
        ),
        "8",
    ),
    "Outlook on Windows, in Spanish": (
        (
            "8\n\n________________________________\nDe: Hudson <care@hudson.example.org>\n"
            "Enviado el: martes, 24 de noviembre de 2026 10:02\nPara: Ada <ada@example.org>\n"
            f"Asunto: Su seguimiento\n\n{OURS}\n"
        ),
        "8",
    ),
    "Outlook on a phone": (
        (
            "8\n\nGet Outlook for iOS<https://aka.ms/o0ukef>\n________________________________\n"
            f"From: Hudson <care@hudson.example.org>\nSent: Tuesday\nTo: Ada\nSubject: x\n\n{OURS}\n"
        ),
        "8",
    ),
    "old Outlook": (f"fine\n\n-----Original Message-----\nFrom: Hudson\n{OURS}\n", "fine"),
    "old Outlook, in Spanish": (f"bien\n\n-----Mensaje original-----\nDe: Hudson\n{OURS}\n", "bien"),
    "Yahoo, in English": (
        (
            "I feel ok\n\nSent from Yahoo Mail for iPhone\n\nOn Tuesday, November 24, 2026, 10:02 AM, Hudson "
            f"<care@hudson.example.org> wrote:\n\n{OURS}\n"
        ),
        "I feel ok",
    ),
    "Yahoo, in Spanish": (
        (
            "Me siento bien\n\nEnviado desde Yahoo Mail para Android\n\nEn martes, 24 de noviembre de 2026, "
            f"10:02:11 GMT-5, Hudson <care@hudson.example.org> escribió:\n\n {OURS}\n"
        ),
        "Me siento bien",
    ),
    "a Samsung phone": (
        (
            "6\n\nSent via the Samsung Galaxy S23 Ultra 5G, an AT&T 5G smartphone\n\n"
            f"-------- Original message --------\nFrom: Hudson\n{OURS}\n"
        ),
        "6",
    ),
    "written below the quote": (
        f"On 11/24/26 10:02, Hudson wrote:\n> {OURS}\n\nI am not so well today.\n",
        "I am not so well today.",
    ),
    "written between the lines of the quote": (
        (
            "On Tue, Nov 24, 2026 at 10:02 AM Hudson <care@hudson.example.org> wrote:\n> How are you?\nBad.\n"
            "> Did you sleep?\nNo.\n"
        ),
        "Bad.\nNo.",
    ),
    "with a signature": ("7\n-- \nAda Example\n12 River Street\n", "7"),
    "a forwarded mail": (
        "See below.\n\n---------- Forwarded message ---------\nFrom: Ben <ben@example.org>\nHello\n",
        "See below.",
    ),
    "nothing quoted": ("Thank you.\n\nAda", "Thank you.\n\nAda"),
}


@pytest.mark.parametrize("client", REPLIES)
def test_a_patients_own_words_are_told_from_what_their_program_added(client: str) -> None:
    body, own = REPLIES[client]
    mail = parse(notice(letter(body)))
    assert mail.written == own
    assert mail.text == body.strip()


@pytest.mark.parametrize(
    "words",
    [
        "On Monday I called and nobody answered.",
        "El lunes 3 llamé y nadie contestó.",
        "From: the bottom of my heart, thank you",
        "De: corazón",
        "Sent from my bed, I lost my phone and I can't go on",
        "Enviado desde mi cama, ya no puedo más, perdí el celular",
        "He wrote: come back",
        "a -- b",
        "To: be or not to be",
        "3 > 2",
    ],
)
def test_a_sentence_that_looks_like_a_quote_is_the_patients_own(words: str) -> None:
    assert written(f"{words}\nI need help.") == f"{words}\nI need help."


@pytest.mark.parametrize(
    "line",
    [
        *("Sent from my iPad", "Enviado desde mi Galaxy", "Enviado desde mi teléfono Samsung Galaxy A54"),
        *(
            "Sent from Mail for Windows",
            "Enviado desde Correo para Windows",
            "Sent from my T-Mobile 5G Device",
        ),
        *("Enviado desde Outlook para iOS<https://aka.ms/o0ukef>", "Obtener Outlook para Android"),
        *("Sent with Proton Mail secure email.", "Sent from Yahoo Mail. Get the app"),
    ],
)
def test_what_a_phone_signs_with_is_not_the_patients(line: str) -> None:
    assert written(f"7\n\n{line}\n\nand B") == "7\n\nand B"


def test_two_dashes_above_a_long_letter_are_no_signature() -> None:
    below = "\n".join(f"line {n}" for n in range(20))
    assert below in written(f"hello\n--\n{below}")


def test_a_reply_inside_an_unmarked_quote_leaves_only_the_whole_text_to_read() -> None:
    body = "On Tue, Nov 24, 2026 at 10:02 AM Hudson <care@hudson.example.org> wrote:\nHow are you? Bad.\n"
    mail = parse(notice(letter(body)))
    assert mail.written == ""
    assert "How are you? Bad." in mail.text


GMAIL = (
    '<div dir="ltr">I slept &amp; ate well.<br>7 &#x1F331;</div><br><div class="gmail_quote">'
    '<div dir="ltr" class="gmail_attr">On Tue, Nov 24, 2026 at 10:02 AM Hudson &lt;<a href="mailto:x">'
    'care@hudson.example.org</a>&gt; wrote:<br></div><blockquote class="gmail_quote" style="margin:0">'
    f"<p>{OURS}</p></blockquote></div>"
)
APPLE = (
    '<html><head><style>p { color: red }</style></head><body dir="auto">Better today.<br id="x"><div '
    'dir="ltr">Sent from my iPhone</div><div dir="ltr"><br><blockquote type="cite">On Nov 24, 2026, at 10:02 '
    f'AM, Hudson wrote:<br><br></blockquote></div><blockquote type="cite">{OURS}</blockquote></body></html>'
)
OUTLOOK = (
    '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><!--[if !mso]><style>v\\:* {}</style>'
    '<![endif]--><style><!-- p.MsoNormal {margin:0} --></style></head><body><div class="WordSection1">'
    '<p class="MsoNormal">8, thank you<o:p></o:p></p><div><b>From:</b> Hudson &lt;care@hudson.example.org&gt;'
    "<br><b>Sent:</b> Tuesday, November 24, 2026 10:02 AM<br><b>To:</b> Ada<br><b>Subject:</b> x</div>"
    f'<p class="MsoNormal">{OURS}</p></div></body></html>'
)
YAHOO = (
    '<div>Me siento bien</div><div id="yahoo_quoted_1" class="yahoo_quoted"><div>En martes, 24 de noviembre '
    f"de 2026, 10:02, Hudson escribió:</div><div>{OURS}</div></div>"
)


@pytest.mark.parametrize(
    ("page", "own"),
    [
        (GMAIL, "I slept & ate well.\n7 🌱"),
        (APPLE, "Better today."),
        (OUTLOOK, "8, thank you"),
        (YAHOO, "Me siento bien"),
        ("<blockquote style='margin-left:40px'>my own, indented</blockquote>", "my own, indented"),
    ],
    ids=["Gmail", "iPhone", "Outlook", "Yahoo", "indented"],
)
def test_a_mail_that_is_only_html_is_read_as_people_see_it(page: str, own: str) -> None:
    mail = parse(notice(letter(page, kind="text/html; charset=utf-8")))
    assert mail.written == own
    assert "<" not in mail.text.replace("<care@hudson.example.org>", "")
    assert "margin" not in mail.text


def test_of_plain_text_and_html_the_plain_text_is_taken_once() -> None:
    mail = parse(
        notice(
            letter(
                **multipart(
                    "alternative",
                    leaf("text/plain; charset=utf-8", "Mejor hoy. 7"),
                    leaf("text/html; charset=utf-8", "<p>Mejor hoy. 7</p>"),
                )
            )
        )
    )
    assert mail.text == mail.written == "Mejor hoy. 7"


@pytest.mark.parametrize("stub", ["", " \n", "This message needs a program that shows HTML."])
def test_a_plain_part_that_says_nothing_does_not_hide_the_letter(stub: str) -> None:
    words = "I have not slept for three nights and I do not know what to do any more. " * 4
    mail = parse(
        notice(
            letter(**multipart("alternative", leaf("text/plain", stub), leaf("text/html", f"<p>{words}</p>")))
        )
    )
    assert words.strip() in mail.text
    assert words.strip() in mail.written


def test_words_below_a_picture_are_read_too() -> None:
    picture = leaf("image/jpeg", "JPEG" * 100, "base64", 'inline; filename="me.jpg"')
    body = multipart("mixed", leaf("text/plain", "look"), picture, leaf("text/plain", "I am afraid"))
    mail = parse(notice(letter(**body)))
    assert mail.written == "look\n\nI am afraid"
    assert (mail.attachments, mail.unreadable) == (1, False)
    assert mail.attachment_bytes == pytest.approx(400, abs=8)
    assert "me.jpg" not in repr(mail)
