"""What every test shares: properties try the same examples on every machine and leave nothing behind.

And nobody may log who a patient is: every log record of the whole suite is looked at, in every worker.
"""

import gc
import logging
from collections.abc import Iterator
from functools import lru_cache

import botocore.session
import pytest
from hypothesis import settings

from tests.leaks import Eavesdropper, Scanner

settings.register_profile("aftercare", deadline=None, derandomize=True, database=None)
settings.load_profile("aftercare")

EAVESDROPPER = Eavesdropper(Scanner())


# As many new objects before the collector looks for cycles: by default 700, which takes a sixth of all CPU.
NEW_OBJECTS = 100_000


def pytest_configure() -> None:
    logging.getLogger().addHandler(EAVESDROPPER)
    gc.set_threshold(NEW_OBJECTS, 20, 20)
    # Every client that a test makes would parse its service's model anew, a megabyte of JSON.
    botocore.session.create_loader = lru_cache(botocore.session.create_loader)


def pytest_collection_finish() -> None:
    """What is imported and collected stays to the end: the collector need not walk over it again."""
    gc.freeze()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown() -> Iterator[None]:
    """Fail the test in or before which somebody said too much."""
    yield
    EAVESDROPPER.refuse_leaks()
