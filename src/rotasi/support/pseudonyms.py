"""Pseudonyms: how a log tells ASN apart without saying who they are."""

from __future__ import annotations

import hmac
import os
import secrets

VARIABLE = "ROTASI_LOG_KEY"

_DIGITS = 16  # hexadecimal; two of a million ASN share a pseudonym once in forty million runs


class Pseudonyms:
    """Keyed hashes of NIPs (HMAC-SHA-256).

    A bare hash of a NIP hides nobody: a NIP is a date of birth, a month of appointment, a digit for
    sex and a serial number of three digits, so that all that exist can be hashed in minutes and
    looked up. Without the key this way is closed. Even so, pseudonyms are personal data for whoever
    holds the key.

    Parameters
    ----------
    key : bytes or str, optional
        Kept secret by the agency, so that pseudonyms can be followed from run to run. If left out,
        that of the environment variable ``ROTASI_LOG_KEY``; without one, a random key that nobody
        knows and that is gone afterwards.

    Examples
    --------
    >>> Pseudonyms("kunci rahasia").of("198503152010011001")
    '096c7483471ddc42'

    Notes
    -----
    RFC 2104; GDPR, article 4 (5), and UU 27/2022 on the protection of personal data.
    """

    def __init__(self, key: bytes | str | None = None) -> None:
        given = key or os.environ.get(VARIABLE) or secrets.token_bytes(32)
        self._key = given.encode() if isinstance(given, str) else bytes(given)

    def of(self, nip: str) -> str:
        """The pseudonym of an ASN: 16 hexadecimal digits.

        Parameters
        ----------
        nip : str
        """
        return hmac.digest(self._key, nip.encode(), "sha256").hex()[:_DIGITS]
