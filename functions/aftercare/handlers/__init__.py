"""One file per Lambda, named for what wakes it."""

import gc

# A cold start only makes what stays; looking for garbage in it again and again is a twentieth of it.
gc.set_threshold(200_000, 20, 20)
