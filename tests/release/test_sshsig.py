"""Signatures: made here and checked by OpenSSH, made by OpenSSH and checked here, and every way to tamper."""

from __future__ import annotations

import base64
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from runwright.errors import ContentError, TrustError
from runwright.release.signers import allowed_signers_line
from runwright.release.sshkeys import SigningKey, pack, parse_public_key, private_key_text, unpack
from runwright.release.sshsig import BEGIN, END, sign, unarmor, verify
from tests.support.forge import key_of

MESSAGE = b"release 1\n\x00\xff\n"
KINDS = ["ed25519", "p256", "p384", "p521", "rsa"]


def private_text(kind: str) -> bytes:
    curves = {"p256": ec.SECP256R1(), "p384": ec.SECP384R1(), "p521": ec.SECP521R1()}
    if kind == "ed25519":
        return private_key_text(b"7" * 32, "test")
    key = rsa.generate_private_key(65537, 2048) if kind == "rsa" else ec.generate_private_key(curves[kind])
    return key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())


def keygen(*words: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["ssh-keygen", *words], input=stdin, capture_output=True, check=False, timeout=30)


def key_file(folder: Path, kind: str) -> Path:
    path = folder / "key"
    path.touch(0o600)
    path.write_bytes(private_text(kind))
    return path


def code_of(message: bytes, armored: str, namespace: str = "file") -> str:
    with pytest.raises(TrustError) as caught:
        verify(message, armored, namespace)
    return caught.value.code


def rearmored(data: bytes) -> str:
    return f"{BEGIN}\n{base64.b64encode(data).decode()}\n{END}\n"


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_signed_here_verifies_here(kind: str) -> None:
    key = SigningKey.load(private_text(kind))
    assert verify(MESSAGE, sign(key, MESSAGE, "file"), "file") == key.public


@pytest.mark.needs("ssh-keygen")
@pytest.mark.parametrize("kind", KINDS)
def test_openssh_accepts_what_is_signed_here(kind: str, tmp_path: Path) -> None:
    key = SigningKey.load(private_text(kind))
    (tmp_path / "sig").write_text(sign(key, MESSAGE, "file"))
    (tmp_path / "signers").write_text(allowed_signers_line("dana", key.public, ("file",)))
    words = ["-Y", "verify", "-f", str(tmp_path / "signers"), "-I", "dana", "-n", "file", "-s", str(tmp_path / "sig")]
    done = keygen(*words, stdin=MESSAGE)
    assert done.returncode == 0, done.stderr
    assert key.public.key_id.encode() in done.stdout


@pytest.mark.needs("ssh-keygen")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("hashed", ["sha256", "sha512"])
def test_what_openssh_signs_is_accepted_here(kind: str, hashed: str, tmp_path: Path) -> None:
    path = key_file(tmp_path, kind)
    done = keygen("-Y", "sign", "-f", str(path), "-n", "file", "-O", f"hashalg={hashed}", stdin=MESSAGE)
    assert done.returncode == 0, done.stderr
    assert verify(MESSAGE, done.stdout.decode(), "file") == SigningKey.load(path.read_bytes()).public


@pytest.mark.needs("ssh-keygen")
def test_fingerprints_are_those_of_openssh(tmp_path: Path) -> None:
    key = key_of("dana").public
    (tmp_path / "key.pub").write_text(key.line + " comment\n")
    assert key.key_id in keygen("-l", "-f", str(tmp_path / "key.pub")).stdout.decode().split()


@pytest.mark.needs("ssh-keygen")
def test_keys_that_openssh_makes_are_loaded(tmp_path: Path) -> None:
    keygen("-q", "-t", "ed25519", "-N", "", "-C", "x", "-f", str(tmp_path / "new"))
    key = SigningKey.load((tmp_path / "new").read_bytes())
    assert key.public == parse_public_key((tmp_path / "new.pub").read_text())


def test_a_changed_message_is_refused() -> None:
    assert code_of(MESSAGE + b"x", sign(key_of("dana"), MESSAGE, "file")) == "signature.invalid"


def test_a_signature_for_another_namespace_is_refused() -> None:
    assert code_of(MESSAGE, sign(key_of("dana"), MESSAGE, "git")) == "signature.namespace"


def test_a_signature_under_a_foreign_public_key_is_refused() -> None:
    data = unarmor(sign(key_of("dana"), MESSAGE, "file"))
    (blob, *others), _ = unpack(data[10:], 5)
    assert blob == key_of("dana").public.blob
    swapped = data[:10] + pack(key_of("alex").public.blob, *others)
    assert code_of(MESSAGE, rearmored(swapped)) == "signature.invalid"


@pytest.mark.parametrize("hashed", [b"sha1", b"md5", b""])
def test_a_weak_hash_of_the_message_is_refused(hashed: bytes) -> None:
    data = unarmor(sign(key_of("dana"), MESSAGE, "file"))
    (blob, namespace, reserved, _, inner), _ = unpack(data[10:], 5)
    swapped = data[:10] + pack(blob, namespace, reserved, hashed, inner)
    assert code_of(MESSAGE, rearmored(swapped)) == "signature.algorithm"


@pytest.mark.parametrize("algorithm", [b"ssh-rsa", b"ssh-ed25519", b"ecdsa-sha2-nistp256", b"none"])
def test_an_rsa_signature_with_sha1_or_another_algorithm_is_refused(algorithm: bytes) -> None:
    data = unarmor(sign(SigningKey.load(private_text("rsa")), MESSAGE, "file"))
    (blob, namespace, reserved, hashed, inner), _ = unpack(data[10:], 5)
    (_, value), _ = unpack(inner, 2)
    swapped = data[:10] + pack(blob, namespace, reserved, hashed, pack(algorithm, value))
    assert code_of(MESSAGE, rearmored(swapped)) == "signature.algorithm"


def test_an_ecdsa_signature_with_negative_numbers_is_refused() -> None:
    data = unarmor(sign(SigningKey.load(private_text("p256")), MESSAGE, "file"))
    (blob, namespace, reserved, hashed, _), _ = unpack(data[10:], 5)
    inner = pack(b"ecdsa-sha2-nistp256", pack(b"\xff" * 32, b"\x01"))
    assert (
        code_of(MESSAGE, rearmored(data[:10] + pack(blob, namespace, reserved, hashed, inner))) == "signature.invalid"
    )


def test_every_truncation_is_refused_and_none_raises_anything_else() -> None:
    data = unarmor(sign(key_of("dana"), MESSAGE, "file"))
    codes = {code_of(MESSAGE, rearmored(data[:length])) for length in range(len(data))}
    assert codes <= {"signature.malformed", "signature.invalid"}


def test_every_flipped_byte_is_refused() -> None:
    data = unarmor(sign(key_of("dana"), MESSAGE, "file"))
    for place in range(len(data)):
        flipped = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        assert code_of(MESSAGE, rearmored(flipped)).startswith("signature.")


@pytest.mark.parametrize(
    "text", ["", "x", BEGIN, f"{BEGIN}\n{END}", f"{BEGIN}\n***\n{END}", f"{BEGIN}\nAAAA\n{END}", "é" * 9]
)
def test_what_is_no_signature_is_refused(text: str) -> None:
    assert code_of(MESSAGE, text) == "signature.malformed"


def test_a_huge_signature_is_refused_before_it_is_decoded() -> None:
    assert code_of(MESSAGE, f"{BEGIN}\n{'A' * 100_000}\n{END}") == "signature.malformed"


def test_data_behind_a_signature_is_refused() -> None:
    data = unarmor(sign(key_of("dana"), MESSAGE, "file"))
    assert code_of(MESSAGE, rearmored(data + b"x")) == "signature.malformed"


@pytest.mark.parametrize(
    "line", ["", "ssh-ed25519", "ssh-ed25519 ***", "ssh-ed25519 AAAA", "ssh-dss AAAAB3NzaC1kc3M=", "x y z"]
)
def test_what_is_no_public_key_is_refused(line: str) -> None:
    with pytest.raises(ContentError):
        parse_public_key(line)


def test_a_public_key_under_another_kinds_name_is_refused() -> None:
    with pytest.raises(ContentError, match="says"):
        parse_public_key(f"ssh-rsa {key_of('dana').public.line.split()[1]}")


def test_a_short_rsa_key_is_refused() -> None:
    key = rsa.generate_private_key(65537, 1024)  # noqa: S505 (it is made to be refused)
    with pytest.raises(ContentError, match="1024 bits"):
        SigningKey.load(key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))


@pytest.mark.parametrize(
    "text", [b"", b"x", b"-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n"]
)
def test_what_is_no_private_key_is_refused(text: bytes) -> None:
    with pytest.raises(ContentError, match="private key"):
        SigningKey.load(text)


def test_a_private_key_does_not_show_itself() -> None:
    assert "private" not in repr(key_of("dana"))
