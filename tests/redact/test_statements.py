"""Values in statements of databases go by the columns that they belong to, whatever the table is called."""

from __future__ import annotations

import pytest

from runwright.redact.redact import redact_text

GOING = {
    "INSERT INTO t1 (id, last_name, dob) VALUES (7, 'Achterberg', '1990-06-11')": ("Achterberg", "1990-06-11"),
    "INSERT INTO t1 (a, ssn) VALUES ('x', '900-12-3456'), ('y', '900-65-4321')": ("900-12-3456", "900-65-4321"),
    "insert ignore into `x` (`user`, `password`) values ('lis', 'tiger')": ("tiger",),
    "SELECT * FROM v WHERE last_name ILIKE 'Kowalczyk%'": ("Kowalczyk",),
    "UPDATE x SET patient_name = 'Joost Kramer' WHERE id = 4": ("Joost Kramer",),
    "DELETE FROM x WHERE mrn IN ('0048291')": ("0048291",),
}
STAYING = (
    "INSERT INTO jobs (id, name, state) VALUES (4412, 'nightly', 'failed')",
    "UPDATE jobs SET state = 'failed' WHERE name = 'nightly'",
    "SELECT count(*) FROM patient WHERE ward = 'ICU'",
    "WHERE host IN ('emr01','emr02')",
    "INSERT INTO t (dob, name) VALUES (NULL, '')",
)


@pytest.mark.parametrize("text", GOING)
def test_a_value_goes_that_its_column_announces(text: str) -> None:
    clean, _ = redact_text(text)
    assert [value for value in GOING[text] if value in clean] == []
    assert redact_text(clean) == (clean, ())


@pytest.mark.parametrize("text", STAYING)
def test_a_value_stays_that_no_column_announces(text: str) -> None:
    assert redact_text(text) == (text, ())


def test_the_frame_of_a_statement_stays() -> None:
    clean, _ = redact_text("INSERT INTO t1 (id, last_name) VALUES (7, 'Achterberg')")
    assert clean == "INSERT INTO t1 (id, last_name) VALUES (7, '[erased:name]')"
