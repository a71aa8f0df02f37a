"""Turns bytes into text: by the stated encoding or by what the bytes prove, never by a guess.

The text of a large file is never held as a whole: it is proved once, piece by piece, and then streamed.
"""

from __future__ import annotations

import codecs
import io
import re
from dataclasses import dataclass
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


PIECE = 1 << 22  # characters that are looked at together


@dataclass(frozen=True)
class Encoded:
    """Bytes that are proved to be text: the codec, the encoding's name and why it was taken, in words; `damage` is a
    piece of the text that shows it was decoded wrongly, by us or before, empty if there is none."""

    content: bytes
    codec: str
    encoding: str
    why: str
    damage: str

    def text(self) -> io.TextIOWrapper:
        """A new stream of the text from its beginning, line ends as they are."""
        return _stream(self.content, self.codec)


def encoded(content: bytes, encoding: str, path: Path) -> Encoded:
    """Prove the encoding of a file.

    `encoding` "auto" takes a byte order mark or else UTF-8 if every byte fits; one of the single-byte encodings fits
    almost anything and must be stated. Raises InputError with the row of the first byte that does not fit.
    """
    stated = encoding.lower().replace("-", "_") if encoding != "auto" else ""
    codec, name, why = encoding, encoding, f"{encoding} as stated"
    if not stated:
        found = ((codec, why) for mark, codec, why in MARKS if content.startswith(mark))
        codec, why = next(found, ("utf-8", "UTF-8"))
        name = codec.removesuffix("-sig")
    elif stated in ("utf_8", "utf8", "utf_8_sig"):
        codec, name, why = "utf-8-sig", "utf-8", "UTF-8"
    return Encoded(content, codec, name, why, _proved(content, codec, path))


def _stream(content: bytes, codec: str) -> io.TextIOWrapper:
    stream = io.TextIOWrapper(io.BytesIO(content), encoding=codec, newline="")
    begin = stream.tell()
    while stream.read(1) == "\ufeff":  # files that were put together may have several marks
        begin = stream.tell()
    stream.seek(begin)
    return stream


def _proved(content: bytes, codec: str, path: Path) -> str:
    """Reads every byte; gives the sign of damage, before others a letter that no text holds."""
    begun, signs = 0, {}
    try:
        codecs.lookup(codec)  # a stream would take the name of no encoding, "locale", too
        stream = _stream(content, codec)
        while piece := stream.read(PIECE) + stream.readline():
            nul = piece.find("\0")
            if nul >= 0:
                message = "there is a NUL byte, which no text holds: the file is damaged, or its encoding is utf-16"
                raise InputError(f"{message} (say so)", file=path, row=_row(_stream(content, codec).read(begun + nul)))
            if sign := sign_of_damage(piece):
                signs.setdefault(len(sign) > 1, sign)
            begun += len(piece)
    except LookupError:
        usual = "utf-8, utf-16, cp1252, cp1251 and mac_roman"
        raise InputError(f"unknown encoding {codec!r}; usual are {usual}", file=path) from None
    except UnicodeError:
        raise _misfit(content, codec, path) from None
    return signs.get(False) or signs.get(True, "")


def _misfit(content: bytes, codec: str, path: Path) -> InputError:
    """What is said of bytes that do not fit: where the first one stands, and how it would read."""
    start = 0
    try:
        content.decode(codec)
    except UnicodeError as error:
        start = getattr(error, "start", 0)
    name = codec.removesuffix("-sig")
    message = f"the file is not {name}; say its encoding in the codebook (source: encoding)"
    return InputError(message + _readings(content, start), file=path, row=_row(content[:start].decode("latin-1")))


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
