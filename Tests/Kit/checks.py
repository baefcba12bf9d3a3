"""What the tests that run the program from outside have in common."""


class Report:
    """Counts what held, and says at once what did not."""

    def __init__(self):
        self.passed = self.failed = 0

    def check(self, what, good, detail=""):
        if good:
            self.passed += 1
        else:
            self.failed += 1
            print("FAILED: %s%s" % (what, ": %s" % (detail,) if detail != "" else ""), flush=True)
        return good
