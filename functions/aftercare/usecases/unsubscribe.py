"""End mails by the link in one of them: the secret in the link is the proof of who asks.

The same end as an opt-out by text: the withdrawal and its proof are one write, and no claim of a mail
commits after it. Source: RFC 8058 (one click), CAN-SPAM 16 CFR 316, DESIGN 3.4.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from aftercare.domain.compose import UNSUBSCRIBE, secret_hash
from aftercare.domain.consent import ALL_KEYS, Channel, ConsentKey, Purpose, withdraw
from aftercare.domain.errors import Conflict, TryAgain
from aftercare.domain.followup import Followup, tidy
from aftercare.domain.records import Link, Record, Reply, Task, TaskKind
from aftercare.ports import Ports
from aftercare.usecases.what_can_be_said import next_look

ATTEMPTS = 6
# "Notes like this one": whoever ends them by mail does not want the same notes as texts.
LESSONS = tuple(key for key in ALL_KEYS if key[1] is Purpose.EDUCATION)
ALL_MAIL = (*LESSONS, (Channel.EMAIL, Purpose.CARE))
_SAID = {
    LESSONS: "Used the link in a mail: no more notes to learn from.",
    ALL_MAIL: "Used the link in a mail: no more mail from us.",
}
_TASK = "The patient ended all mail by the link in one. Their care goes on: agree another way to follow up."


def can_unsubscribe(secret: str, ports: Ports) -> bool:
    """Say whether this is a link out of a mail. Looking changes nothing: mail programs follow links."""
    return _find(secret, ports) is not None


def unsubscribe(secret: str, *, everything: bool, ports: Ports) -> bool:
    """End the notes to learn from, or ``everything`` by mail. Twice is once.

    Returns:
        ``False`` for a link that leads nowhere.

    Raises:
        TryAgain: The store is busy; nothing has changed.
    """
    link = _find(secret, ports)
    if link is None:
        return False
    for _ in range(ATTEMPTS):
        try:
            _end(link, ALL_MAIL if everything else LESSONS, ports)
        except Conflict:
            continue
        return True
    raise TryAgain("unsubscribe: too many writers of one patient")


def _find(secret: str, ports: Ports) -> Link | None:
    link = ports.links.find(secret_hash(secret))
    open_now = link is not None and link.expires_at > ports.clock.now()
    return link if link is not None and open_now and link.opens == UNSUBSCRIBE else None


def _end(link: Link, keys: tuple[ConsentKey, ...], ports: Ports) -> None:
    followup = ports.followups.get(link.clinic_id, link.patient_id)
    clinic = ports.clinics.get(link.clinic_id)
    if followup is None or clinic is None:
        raise TryAgain("unsubscribe: the patient or the clinic vanished between two reads")
    agreed = [key for key in keys if key in followup.standings and followup.standings[key].agreed]
    if not agreed:
        return
    now = ports.clock.now()
    after = replace(
        followup, standings=withdraw(followup.standings, keys, _not_before(followup, agreed, now))
    )
    ports.followups.save(
        tidy(after, now),
        write_id=ports.ids.token(),
        due_at=next_look(after, clinic, ports, now),
        records=_proof(link, keys, followup, now),
    )


def _not_before(followup: Followup, keys: Collection[ConsentKey], now: datetime) -> datetime:
    """Return when they said no: never before a yes that is dated ahead of our clock."""
    given = [at for key in keys if (at := followup.standings[key].given_at) is not None]
    return max([now, *given])


def _proof(link: Link, keys: tuple[ConsentKey, ...], followup: Followup, now: datetime) -> tuple[Record, ...]:
    """Keep that they said so, among what they said; staff learn of an end of everything."""
    which = "all" if keys == ALL_MAIL else "notes"
    name = f"unsubscribe.{link.secret_hash[:16]}.{which}.{int(now.timestamp() * 1000)}"
    reply = Reply(
        id=name,
        at=now,
        sender=followup.contact.email or "",
        body=_SAID[keys],
        understood="unsubscribe",
        touch_id=link.touch_id,
        channel=Channel.EMAIL,
        automatic="unsubscribe_link",
    )
    if keys != ALL_MAIL:
        return (reply,)
    kind = TaskKind.OPTED_OUT
    return reply, Task(f"{kind.value}.{name}", link.clinic_id, link.patient_id, kind, _TASK, now)
