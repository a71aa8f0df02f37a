"""Turns bytes into text: by the stated encoding or by what the bytes prove, never by a guess."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from pipeline.errors import InputError

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8 by its byte order mark"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16 by its byte order mark"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16 by its byte order mark"),
)
SINGLE_BYTE = ("cp1252", "cp1251", "mac_roman")
# text that was UTF-8 once and was read as one of these; short runs are also words in some languages
MOJIBAKE = (("cp1252", 2), ("cp1251", 4), ("mac_roman", 4))


def decode(content: bytes, encoding: str, path: Path) -> tuple[str, str, str]:
    """The text, the encoding that was taken, and why, in words.

    `encoding` "auto" takes a byte order mark or else UTF-8 if every byte fits; one of the single-byte encodings fits
    almost anything and must be stated. Raises InputError with the row of the first byte that does not fit.
    """
    stated = encoding.lower().replace("-", "_") if encoding != "auto" else ""
    if not stated:
        for mark, codec, why in MARKS:
            if content.startswith(mark):
                return _read(content, codec, path), codec.removesuffix("-sig"), why
        return _read(content, "utf-8", path), "utf-8", "UTF-8"
    if stated in ("utf_8", "utf8", "utf_8_sig"):
        return _read(content, "utf-8-sig", path), "utf-8", "UTF-8"
    return _read(content, encoding, path), encoding, f"{encoding} as stated"


def _read(content: bytes, codec: str, path: Path) -> str:
    try:
        text = content.decode(codec).lstrip("\ufeff")  # files that were put together may have several marks
    except LookupError:
        usual = "utf-8, utf-16, cp1252, cp1251 and mac_roman"
        raise InputError(f"unknown encoding {codec!r}; usual are {usual}", file=path) from None
    except UnicodeError as error:
        start = getattr(error, "start", 0)
        name = codec.removesuffix("-sig")
        message = f"the file is not {name}; say its encoding in the codebook (source: encoding)"
        row = _row(content[:start].decode("latin-1"))
        raise InputError(message + _readings(content, start), file=path, row=row) from None
    nul = text.find("\0")
    if nul >= 0:
        message = "there is a NUL byte, which no text holds: the file is damaged, or its encoding is utf-16 (say so)"
        raise InputError(message, file=path, row=_row(text[:nul]))
    return text


def _readings(content: bytes, start: int) -> str:
    """How the word around a byte reads in each usual single-byte encoding, so that a person can tell."""
    word = re.compile(rb"[^\s,;\t\"]*")
    begin = max(content.rfind(sign, 0, start) for sign in (b" ", b",", b";", b"\t", b"\n", b"\r", b'"')) + 1
    found = word.match(content, begin).group()[:40]
    read = []
    for codec in SINGLE_BYTE:
        try:
            read.append(f"{found.decode(codec)!r} in {codec}")
        except UnicodeError:
            continue
    return f"; a word here reads {', '.join(read)}" if read else ""


def _row(before: str) -> int:
    return len(re.findall(r"\r\n|\r|\n", before)) + 1


def sign_of_damage(text: str) -> str:
    """A piece of the text that shows it was decoded wrongly, by us or before; empty if there is none."""
    if text.isascii():
        return ""
    found = re.search(r"[\ufffd\x80-\x9f]", text)
    if found:
        return found.group()
    for run in dict.fromkeys(re.findall(r"[^\x00-\x7f]{2,}", text)):
        for codec, least in MOJIBAKE:
            if len(run) >= least and _was_utf8(run, codec):
                return run
    return ""


def _was_utf8(run: str, codec: str) -> bool:
    try:
        run.encode(codec).decode("utf-8")
    except UnicodeError:
        return False
    return True
