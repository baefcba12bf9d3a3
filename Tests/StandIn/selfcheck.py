#!/usr/bin/env python3
"""Checks the stand-in itself: python3 selfcheck.py; the last line says how many passed."""
import sys
import traceback

sys.dont_write_bytecode = True  # noqa: E402, as it must come before the modules beside this one

import check_methods  # noqa: E402,F401
import check_updates  # noqa: E402,F401
from harness import Bot, tests  # noqa: E402


def main():
    passed = failed = 0
    for made in tests:
        bot = Bot("--scale", "0.1")
        try:
            made(bot)
            passed += 1
        except Exception:  # a failed test must not hide the ones behind it
            failed += 1
            print("FAILED", made.__name__)
            traceback.print_exc(file=sys.stdout)
        finally:
            bot.server.shutdown()
            bot.server.server_close()
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
