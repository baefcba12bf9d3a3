#!/usr/bin/env python3
"""A second reader of JSON, for comparison: Python's own, made as strict as ours.

Reads hexadecimal bytes, one text a line, and writes one line each: `no`, or the value in a spelling of its
own (see `spelled`), in which two values are the same only if they are the same to the last bit.
"""

import json
import struct
import sys

DEEPEST = 64


class Refused(Exception):
    pass


def members(pairs):
    if len({name for name, _ in pairs}) != len(pairs):
        raise Refused("a name stands twice")
    return pairs


def constant(name):
    raise Refused(name)


def real(text):
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise Refused("beyond a double")
    return number


def whole(text):
    number = int(text)
    if text == "-0":
        return -0.0
    return number if -(1 << 63) <= number < 1 << 63 else real(text)


def spelled(value, depth):
    if value is None:
        return "n"
    if value is True:
        return "t"
    if value is False:
        return "f"
    if isinstance(value, int):
        return "i%d" % value
    if isinstance(value, float):
        return "d" + struct.pack(">d", value).hex()
    if isinstance(value, str):
        # Half a surrogate pair has no UTF-8.
        return "s" + value.encode("utf-8", "strict").hex()
    if depth == DEEPEST:
        raise Refused("too deep")
    if isinstance(value, Object):
        return "{%s}" % ",".join(spelled(n, depth) + ":" + spelled(v, depth + 1) for n, v in value.pairs)
    return "[%s]" % ",".join(spelled(v, depth + 1) for v in value)


class Object:
    def __init__(self, pairs):
        self.pairs = members(pairs)


DECODER = json.JSONDecoder(
    object_pairs_hook=Object, parse_constant=constant, parse_float=real, parse_int=whole, strict=True)


def read(data):
    try:
        if data.startswith(b"\xef\xbb\xbf"):
            raise Refused("a byte order mark")
        return spelled(DECODER.decode(data.decode("utf-8", "strict")), 0)
    except (Refused, ValueError, RecursionError):
        return "no"


def main():
    sys.set_int_max_str_digits(0)
    out = []
    for line in sys.stdin:
        out.append(read(bytes.fromhex(line)))
    sys.stdout.write("\n".join(out) + "\n")


if __name__ == "__main__":
    main()
