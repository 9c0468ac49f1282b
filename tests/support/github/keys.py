"""The App's key, and the short-lived tokens that the App signs with it."""

from __future__ import annotations

import base64
import json
import time
from functools import cache

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.support.github.accounts import App


@cache
def app_key() -> str:
    """A private key for the App, made once: it takes long."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = serialization.PrivateFormat.TraditionalOpenSSL
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


def jwt(app: App, seconds: int = 540) -> str:
    """A token of the App itself, by default for nine minutes (RFC 7519, RS256)."""
    now = int(time.time())
    parts = ({"alg": "RS256", "typ": "JWT"}, {"iat": now - 60, "exp": now + seconds, "iss": str(app.id)})
    text = ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
    key = serialization.load_pem_private_key(app.key.read_bytes(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    signed = key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{text}.{base64.urlsafe_b64encode(signed).decode().rstrip('=')}"
