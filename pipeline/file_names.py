"""Names of files that every file system takes and tells apart, from ids that may hold anything."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence

PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")
UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")
RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"{name}{i}" for name in ("com", "lpt") for i in range(10)),
                      "index"})  # fmt: skip  what Windows keeps for itself, and what lies beside the files


def file_stems(ids: Sequence[str]) -> dict[str, str]:
    """A file name without its ending for each id.

    An id of letters, digits, - and _ is its own name. Any other, one that a system reserves, and those that differ by
    capitals only get the letters that can be kept and eight digits of their SHA-256.
    """
    folded = Counter(ident.casefold() for ident in ids)
    return {
        ident: ident
        if PLAIN.fullmatch(ident) and ident.casefold() not in RESERVED and folded[ident.casefold()] == 1
        else _made(ident)
        for ident in ids
    }


def _made(ident: str) -> str:
    digest = hashlib.sha256(ident.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    kept = UNSAFE.sub("-", ident).strip("-_")[:40]
    return f"{kept}-{digest}" if kept else f"company-{digest}"
