"""What every test shares: properties try the same examples on every machine and leave nothing behind."""

from hypothesis import settings

settings.register_profile("aftercare", deadline=None, derandomize=True, database=None)
settings.load_profile("aftercare")
