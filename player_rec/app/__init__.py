"""Choose the parts and join them."""

import os

# More threads of the linear algebra under numpy only get into each other's way here. It reads this when it is loaded,
# and every door to the program opens by way of this floor.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
