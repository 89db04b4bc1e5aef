"""Gzip, unpacked no further than a file may be large. Format: RFC 1952."""

import zlib

from poolviz.readers.reading import LARGEST_FILE, ReadError, check_file_size
from poolviz.text import _

GZIP = b"\x1f\x8b"
_GZIP_WINDOW = 31
"""What zlib calls its largest window with gzip's header and sum."""
_PIECE = 64 * 1024


def unpack_gzip(data: bytes) -> bytes:
    """The bytes in a gzip file of one member or more; a ``ReadError`` beyond 5 MB or if damaged.

    What is unpacked is counted while it is unpacked, so a small file cannot ask for gigabytes.

    >>> import gzip
    >>> unpack_gzip(gzip.compress(b"1,2"))
    b'1,2'
    """
    check_file_size(len(data))
    unpacked, size, at = [], 0, 0
    while data[at : at + 2] == GZIP:
        member = zlib.decompressobj(_GZIP_WINDOW)
        while not member.eof:
            piece = data[at : at + _PIECE]
            if not piece:
                raise _damaged()
            try:
                unpacked.append(member.decompress(piece, LARGEST_FILE + 1 - size))
            except zlib.error:
                raise _damaged() from None
            at += len(piece) - len(member.unconsumed_tail) - len(member.unused_data)
            size += len(unpacked[-1])
            if size > LARGEST_FILE:
                raise ReadError(
                    _("Unpacked, the file has more than {most} MB: that is the most.").format(
                        most=LARGEST_FILE // 1024**2
                    )
                )
    if data[at:].strip(b"\0"):  # zeros may fill a block up
        raise _damaged()
    return b"".join(unpacked)


def _damaged() -> ReadError:
    return ReadError(_("The gzip file is damaged or cut short: pack it again."))
