"""The command line: parse, call, print."""

import os

# More threads of the linear algebra under numpy only get into each other's way here. It reads this when it is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
