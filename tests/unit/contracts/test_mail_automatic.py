"""Which mails a machine wrote."""

import pytest

from aftercare.contracts.inbound_mail import parse
from tests.unit.contracts.letters import leaf, letter, multipart, notice

AWAY = "I am out of the office until Monday. For emergencies call 212-555-0100."


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ({}, None),
        ({"Auto_Submitted": "no"}, None),
        ({"X_Autoreply": "no"}, None),
        ({"X_Auto_Response_Suppress": "DR, RN, NRN"}, None),
        ({"Precedence": "first-class"}, None),
        ({"Auto_Submitted": "auto-replied"}, "auto_reply"),
        ({"Auto_Submitted": "auto-generated; owner=x"}, "auto_reply"),
        ({"Auto_Submitted": "auto-replied", "Subject": "Automatic reply: Your check-in"}, "auto_reply"),
        ({"Auto_Submitted": "auto-replied", "Subject": "Out of Office: Your check-in"}, "out_of_office"),
        ({"Auto_Submitted": "auto-replied", "Subject": "Respuesta: de vacaciones"}, "out_of_office"),
        (
            {"X_Auto_Response_Suppress": "All", "Subject": "Fuera de la oficina: Su seguimiento"},
            "out_of_office",
        ),
        ({"X_Auto_Response_Suppress": "DR, OOF, AutoReply"}, "auto_reply"),
        ({"X_Autoreply": "yes"}, "auto_reply"),
        ({"X_Autorespond": "Your check-in"}, "auto_reply"),
        ({"Precedence": "auto_reply"}, "auto_reply"),
        ({"Precedence": "bulk"}, "auto_reply"),
        ({"Precedence": "junk", "Subject": "On vacation"}, "out_of_office"),
        ({"Precedence": "list"}, "list"),
        ({"Precedence": "bulk", "List_Id": "<friends.example.org>"}, "list"),
        ({"List_Unsubscribe": "<https://example.org/u>"}, "list"),
        ({"Return_Path": "<>"}, "auto_reply"),
        ({"Return_Path": "<>", "Subject": "Ausencia: Su seguimiento"}, "out_of_office"),
        ({"Return_Path": "<>", "From": "Mail Delivery <MAILER-DAEMON@example.org>"}, "bounce"),
        ({"From": "postmaster@example.org", "Subject": "Undeliverable: Your check-in"}, "bounce"),
        ({"From": "postmaster@example.org", "Subject": "I am the postmaster and a patient"}, None),
        ({"X_Failed_Recipients": "ada@example.org"}, "bounce"),
        # The subject alone is the weakest sign.
        ({"Subject": "Automatic reply: Your check-in"}, "auto_reply"),
        ({"Subject": "Respuesta automática: Su seguimiento"}, "auto_reply"),
        ({"Subject": "=?utf-8?q?Respuesta_autom=C3=A1tica=3A_x?="}, "auto_reply"),
        ({"Subject": "Out of office"}, "out_of_office"),
        ({"Subject": "Re: Automatic reply: Your check-in"}, None),
        ({"Subject": "Out of office today and I feel awful"}, None),
        ({"Subject": "Auto: ¿puedo manejar?"}, None),
        ({"Subject": "Undeliverable promises"}, None),
    ],
)
def test_a_machine_is_known_by_its_headers(headers: dict[str, str], kind: str | None) -> None:
    mail = parse(notice(letter(AWAY, **headers)))
    assert mail.automatic == kind
    assert mail.text == AWAY


def report(kind: str) -> str:
    body = multipart(
        "report",
        leaf("text/plain", "Your message could not be delivered."),
        leaf(f"message/{kind}", "Final-Recipient: rfc822; ada@example.org\nAction: failed\n"),
        leaf("message/rfc822", "Subject: Your check-in\n\nHow are you?"),
    )
    body["kind"] += f"; report-type={kind}"
    return letter(**body, From="Mail Delivery <mailer-daemon@example.org>", Return_Path="<>")


@pytest.mark.parametrize(
    ("kind", "meant"),
    [
        ("delivery-status", "bounce"),
        ("disposition-notification", "auto_reply"),
        ("feedback-report", "auto_reply"),
    ],
)
def test_a_report_about_our_own_mail_is_no_reply(kind: str, meant: str) -> None:
    if kind == "delivery-status":
        assert parse(notice(report(kind))).automatic == meant
        return
    assert parse(notice(report(kind).replace("mailer-daemon", "ada"))).automatic == meant


def test_a_report_holds_what_the_machine_says_and_not_our_own_words() -> None:
    mail = parse(notice(report("delivery-status")))
    assert mail.text == "Your message could not be delivered."
    assert mail.attachments == 2


def test_a_null_sender_is_seen_in_the_notice_too() -> None:
    assert parse(notice(letter("7", Return_Path=""), source="<>")).automatic == "auto_reply"
    assert parse(notice(letter("7", Return_Path=""), source="ada@example.org")).automatic is None
