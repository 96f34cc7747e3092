"""Every screen there is, and how to get there: who may see it, and the states in which it looks different."""

import re
from dataclasses import dataclass
from typing import Any

from infra.local.demo_people import PEOPLE

OPEN_FORM = "pat-40"


@dataclass(frozen=True, slots=True)
class Screen:
    """One page. ``who`` is signed in, or nobody; ``path`` may hold the name of a secret link."""

    path: str
    who: str | None = "nora"
    status: int = 200

    def __str__(self) -> str:
        return f"{self.who or 'nobody'} {self.path}"


_CLINICAL = (
    "/now",
    "/patients",
    "/patients?search=zzz",
    "/patients/pat-06",
    "/patients/pat-06?show=alerts&part=1",
    "/patients/pat-33",
    # The longest course there is: twelve visits, and everything that was ever said.
    "/patients/pat-20",
    "/patients/pat-20?part=2",
    "/patients/odd-long",
    "/patients/pat-06/why?touch={touch}",
    "/outcomes",
    "/protocols",
    "/protocols/ketamine-iv-induction",
    "/settings",
)
DESK = (
    *(Screen(path) for path in _CLINICAL),
    Screen("/protocols/ketamine-iv-induction?start=2027-03-01", "nora"),
    Screen("/protocols/ketamine-iv-induction?start=nonsense", "nora", 422),
    Screen("/protocols/words/E1", "nora"),
    Screen("/audit?who=zzz", "owen"),
    Screen("/audit?day=nonsense", "owen", 422),
    *(Screen(path, "fay") for path in ("/now", "/patients", "/patients/pat-06", "/protocols")),
    *(Screen(path, "owen") for path in ("/now", "/patients/pat-06", "/outcomes", "/settings", "/audit")),
    Screen("/patients/nobody", "nora", 404),
    Screen("/audit", "fay", 403),
)
OUTSIDE = (
    Screen("/sign%2Din", None),
    Screen("/f/{form}", None),
    Screen("/f/{form}?lang=es", None),
    Screen("/u/{mail}", None),
    Screen("/f/AAAAAAAAAAAAAAAAAAAAAA", None, 410),
    Screen("/u/AAAAAAAAAAAAAAAAAAAAAA", None, 410),
)
EVERY = (*DESK, *OUTSIDE)


def path_to(screen: Screen, world: Any) -> str:
    """Return the path with its secret links filled in."""
    texts = [one.body for one in world.carrier.sms_outbox if one.to == PEOPLE[OPEN_FORM].phone]
    mails = [one.text or "" for one in world.carrier.email_outbox if one.to == "leo@example.org"]
    return screen.path.format(
        form=_last(r"/f/(\S+)", texts), mail=_last(r"/u/(\S+)", mails), touch="ses-06-3.evening"
    )


def _last(pattern: str, texts: list[str]) -> str:
    return [found for text in texts for found in re.findall(pattern, text)][-1]
