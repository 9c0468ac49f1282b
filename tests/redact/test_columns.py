"""Tables in a text: what a name above a value announces."""

from __future__ import annotations

import pytest

from runwright.redact.redact import redact_data, redact_text

GONE = ("Ostergaard", "1950-02-11", "Qz7rTm2Lp9")
TABLES = (
    "last_name,dob,password\nOstergaard,1950-02-11,Qz7rTm2Lp9",
    "last_name;dob;password\r\nOstergaard;1950-02-11;Qz7rTm2Lp9\r\n",
    "last_name\tdob\tpassword\nOstergaard\t1950-02-11\tQz7rTm2Lp9",
    " last_name  |    dob     |  password\n------------+------------+------------\n"
    " Ostergaard | 1950-02-11 | Qz7rTm2Lp9\n(1 row)",
    "| last_name | dob | password |\n|---|---|---|\n| Ostergaard | 1950-02-11 | Qz7rTm2Lp9 |",
    'note,last_name,dob,password\n"late, again",Ostergaard,1950-02-11,Qz7rTm2Lp9',
)


@pytest.mark.parametrize("table", TABLES)
def test_a_value_below_a_name_that_announces_it_is_gone(table: str) -> None:
    clean, _ = redact_text(table)
    assert not [value for value in GONE if value in clean]
    assert redact_text(clean) == (clean, ())


def test_a_table_inside_data_is_seen() -> None:
    clean, erased = redact_data({"output": "mrn,last_name\n883012,Ostergaard"})
    assert "Ostergaard" not in str(clean)
    assert {item.pointer for item in erased} == {"/output"}


@pytest.mark.parametrize(
    "table",
    [
        "name,status,restarts\nemr,Running,3\nlab,Failed,12",
        "phone,port\nsip,5060",
        "id|name|size\n1|master|120MB",
        "dob,mrn\nno such columns here",
        "dob,mrn\n\n1.2.3,build",
    ],
)
def test_other_tables_stay(table: str) -> None:
    assert redact_text(table) == (table, ())
