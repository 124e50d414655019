"""Tests of what each demo's picture shows, a chapter a file, and the tool that tests the tests.

The tests of a demo are called `test_<demo>_…` or take the demo as a parameter.
"""

import os

# As tests/conftest.py does it, for `python -m tests.pictures.mistakes`: before NumPy is imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
