"""Personal data in JSON: by the names of members, in resources of FHIR, and as numbers; and what a proof says no to."""

from __future__ import annotations

import json
from typing import Any

import pytest

from runwright.redact.numbers import is_iban, luhn
from runwright.redact.redact import redact_data, redact_text

MEMBERS: dict[str, Any] = {
    "ssn": "000123456",
    "patientSsn": "000-12-3456",
    "mrn": 482913,
    "medical_record_number": "H-00012",
    "dob": "1980-01-02",
    "birthDate": "19800102",
    "firstName": "Jane",
    "patient_name": "jane roe",
    "phone": 5550104412,
    "home_address": "12 Elm Street",
    "memberId": "W123456789",
    "zip_code": 62704,
    "emergency_contact": "Maria Garcia",
}


@pytest.mark.parametrize("name", MEMBERS)
def test_a_member_whose_name_announces_a_person_is_erased(name: str) -> None:
    clean, (erased,) = redact_data({"params": {name: MEMBERS[name]}})
    assert clean["params"][name].startswith("[erased:")
    assert erased.pointer == f"/params/{name}"
    assert redact_data(clean) == (clean, ())


STAYING: dict[str, Any] = {
    "address": "10.0.0.5:5432",
    "phone": "disabled",
    "mrn": None,
    "dob": "",
    "patients": 12345,
    "age": 97,
    "zip": 3,
    "call": "RB-LIN-SERVICE-001",
    "ssn": False,
    "policy": "Restart=always",
    "name": "Print Spooler",
    "display_name": "Windows Update",
    "plate": 7,
    "card": 0,
    "visit_count": 12345,
}


@pytest.mark.parametrize("name", STAYING)
def test_a_member_that_only_sounds_like_it_stays(name: str) -> None:
    data = {"facts": {name: STAYING[name]}}
    assert redact_data(data) == (data, ())


def test_a_name_beside_a_value_announces_it() -> None:
    assert redact_data([{"name": "patient_ssn", "value": "000123456"}])[0] == [
        {"name": "patient_ssn", "value": "[erased:ssn]"}
    ]


PATIENT = {
    "resourceType": "Patient",
    "id": "p-88213",
    "identifier": [{"system": "urn:mrn", "value": "00482913"}],
    "name": [{"use": "official", "family": "Roe", "given": ["Jane", "Quinn"]}],
    "birthDate": "1980-01-02",
    "address": [{"line": ["1 Main St"], "city": "Springfield", "postalCode": "62704"}],
    "gender": "female",
    "active": True,
}


def test_a_resource_about_a_person_keeps_its_frame_and_nothing_of_the_person() -> None:
    clean, _ = redact_data({"body": PATIENT})
    left = json.dumps(clean)
    assert not any(
        word in left for word in ("88213", "00482913", "Roe", "Jane", "Quinn", "1980", "Main", "62704", "Spr")
    )
    assert (clean["body"]["active"], clean["body"]["name"][0]["use"]) == (True, "official")
    assert redact_data(clean) == (clean, ())


def test_a_resource_inside_a_text_is_found_too() -> None:
    for text in (json.dumps(PATIENT), json.dumps(json.dumps(PATIENT)), json.dumps(PATIENT, indent=2)):
        left, _ = redact_text(text)
        assert not any(word in left for word in ("00482913", "Roe", "Jane", "Quinn", "1980-01-02", "Main St"))


@pytest.mark.parametrize(
    "address",
    ["10.0.0.1", "172.16.0.1", "172.31.255.1", "192.168.1.1", "127.0.0.53", "169.254.1.1", "100.64.0.1",
     "224.0.0.1", "255.255.255.0", "fe80::1", "fd00::1", "::1", "::"],
)  # fmt: skip
def test_an_address_that_the_world_cannot_reach_stays(address: str) -> None:
    text = f"peer {address} is gone"
    assert redact_text(text) == (text, ())


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "203.0.113.9", "172.32.0.1", "100.128.0.1", "192.169.0.1", "2001:db8::9", "2606:4700::1111"],
)
def test_an_address_that_the_world_can_reach_goes(address: str) -> None:
    for text in (f"peer {address} is gone", f"from={address}:443", f"[{address}]", f"{address},10.0.0.1", address):
        assert address not in redact_text(text)[0], text


@pytest.mark.parametrize(
    "text", ["version 8.8.8.8", "agent v1.2.3.4", "acme-8.8.8.8.tar.gz", "1.3.6.1.4.1.311", "x==1.2.3.4"]
)
def test_a_version_is_no_address(text: str) -> None:
    assert redact_text(text) == (text, ())


def test_check_digits_tell_a_card_and_an_account_from_any_number() -> None:
    assert luhn("4111111111111111")
    assert not luhn("4111111111111112")
    assert is_iban("DE89 3704 0044 0532 0130 00")
    assert not is_iban("DE88 3704 0044 0532 0130 00")
    assert redact_text("id 4111111111111112") == ("id 4111111111111112", ())


LOG = "\n".join(
    [
        "2031-01-15 10:22:33, Info CBS  Loaded Servicing Stack v6.1.7601.23505 with Core: C:\\Windows\\winsxs\\amd64",
        "2031-01-15 10:22:33, Info    CSI    00000001@2031/1/15:02:27:24.403 WcpInitialize (wcp.dll version 0.0.0.6)",
        "2031-01-15 10:22:33,123 INFO [main] org.example.mapreduce.v2.app.MRAppMaster: Executing with tokens:",
        "2031-01-15 10:22:33,123 WARN [LeaseRenewer:app@node-1:9000] org.example.hdfs.LeaseRenewer: Failed for 119 s",
        "20310115-22:15:29:606|Step_LSC|30002312|onStandStepChanged 3579",
        "2031-01-15 17:41:44,747 - INFO  [QuorumPeer[myid=1]/0:0:0:0:0:0:0:0:2181:Election@774] - 0x14ede63a5a70004",
        "Jan 15 10:22:33 web-01 kernel: [ 1234.567890] EXT4-fs (sda1): mounted filesystem with ordered data mode.",
        "Jan 15 10:22:33 web-01 sshd[4412]: Accepted publickey for dkim from 10.0.0.2 port 50022: SHA256:uNiVztks",
        "2031-01-15 10:22:33.123 UTC [812] app@records LOG:  duration: 1201.4 ms statement: SELECT 1 FROM jobs",
        '10.0.0.7 - - [15/Jan/2031:10:22:33 +0000] "GET /api/v1/items/17?page=2 HTTP/1.1" 200 6120 "-" "curl/8.5.0"',
        "The Print Spooler service entered the stopped state. (Event ID 7036, User: CLINIC\\jroe)",
    ]
)


def test_logs_without_anything_to_erase_stay_as_they_are() -> None:
    assert redact_text(LOG) == (LOG, ())


OTHER_SHAPES: dict[str, Any] = {
    "a number as a password": {"password": 12345678},
    "a pair": ["password", "hunter2Secret"],
    "first and last beside each other": {"patient": {"first": "Ottoline", "last": "Brackenbury"}},
    "lines of a key": ["-----BEGIN RSA PRIVATE KEY-----", "MIIEvQIBADANBgkqhkiG9w0", "-----END RSA PRIVATE KEY-----"],
    "the end of a key": "MIIEvQIBADANBgkqhkiG9w0BAQEF\nAASCBKcwggSjAgEAAoIBAQC7VJTU\n-----END RSA PRIVATE KEY-----",
    "a block of YAML": "password: |\n  hunter2Secret\nnext: 1",
    "a word of another language": "Kennwort: hunter2Secret",
    "digits of another script": "SSN \u0660\u0660\u0660-\u0661\u0662-\u0663\u0664\u0665\u0666",
    "a token over two lines of a shell": "gh" + "p_a1B2c3D4e5F6g7H8\\\n    i9J0k1L2m3N4o5P6q7R8",
    "a token in two texts of a program": '"gh' + 'p_a1B2c3D4e5F6g7H8" + "i9J0k1L2m3N4o5P6q7R8"',
    "octal escapes": "p\\141ssword=hunter2Secret",
}


@pytest.mark.parametrize("data", OTHER_SHAPES.values(), ids=OTHER_SHAPES)
def test_other_shapes_of_the_same_are_erased(data: Any) -> None:
    clean, erased = redact_data({"found": data})
    left = json.dumps(clean, ensure_ascii=False)
    assert erased
    parts = ("hunter2", "12345678", "Ottoline", "Brackenbury", "MIIEv", "AASCB", "i9J0", "a1B2", "\u0663\u0664")
    assert not any(part in left for part in parts)
    assert redact_data(clean) == (clean, ())


def test_counts_stay_counts() -> None:
    data = {"tokens": 15000, "max_tokens": 16000, "passwords": 3, "first": "2031-01-01", "last": "2031", "pin": 17}
    assert redact_data(data) == (data, ())
