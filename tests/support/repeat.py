"""The same made-up values on every machine, in whatever process and order the tests run: chance fails no change.

`tests/conftest.py` loads this before it reads any test. Hypothesis would besides draw from the constants of all modules
of the product that are loaded at the moment; those are others in each process, and so would the values be.
"""

from __future__ import annotations

from hypothesis import settings
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants

settings.register_profile("repeat", deadline=None, derandomize=True, database=None)
settings.load_profile("repeat")

NONE_OF_OURS = Constants()
assert callable(providers._get_local_constants), "hypothesis draws from the product's constants in another way now"
providers._get_local_constants = lambda: NONE_OF_OURS
