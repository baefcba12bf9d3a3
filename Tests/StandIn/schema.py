"""Checks values against bot-api.json and names what does not fit by its path."""

import json
import os

HERE = os.path.dirname(os.path.abspath(__file__))
PLAIN = ("String", "Integer", "Boolean", "Float", "True")


class Upload:
    """A file that came as a part of a multipart body."""

    def __init__(self, name, data, kind):
        self.name, self.data, self.kind = name, data, kind

    def view(self):
        return {"file": self.name, "bytes": len(self.data), "type": self.kind}


def parse(notation):
    """Types, whether required, and the only value allowed (or None) of one field's notation."""
    constant = None
    if "=" in notation:
        notation, constant = notation.split("=", 1)
    return notation.rstrip("!").split("|"), notation.endswith("!"), constant


class Schema:
    def __init__(self, path=os.path.join(HERE, "bot-api.json")):
        with open(path, encoding="utf-8") as file:
            data = json.load(file)
        self.version, self.types = data["version"], data["types"]
        self.methods = {name.lower(): (name, method) for name, method in data["methods"].items()}

    def method(self, name):
        """The method's name as documented, or None; names are case-insensitive."""
        return self.methods.get(name.lower(), (None,))[0]

    def check_call(self, method, params):
        """What is wrong with a call's parameters: a list of sentences, empty if nothing."""
        fields = self.methods[method.lower()][1]["fields"]
        return list(self.fields(params, fields, method))

    def check(self, value, kind, path=""):
        """What is wrong with a value of a type."""
        return list(self.value(value, [kind], path or kind))

    def from_form(self, method, params):
        """Values of a form are texts: those declared as something else are read as JSON."""
        fields, read = self.methods[method.lower()][1]["fields"], {}
        for name, value in params.items():
            kinds = parse(fields[name])[0] if name in fields else ["String"]
            if isinstance(value, str) and kinds != ["String"]:
                if kinds == ["Boolean"] and value.lower() in ("true", "1", "false", "0"):
                    value = value.lower() in ("true", "1")
                else:
                    try:
                        other = json.loads(value)
                        if not isinstance(other, str) and not (
                            "String" in kinds and not self.is_number(other)
                        ):
                            value = other
                    except ValueError:
                        pass
            read[name] = value
        return read

    @staticmethod
    def is_number(value):
        return isinstance(value, int) and not isinstance(value, bool)

    def fields(self, value, fields, path):
        for name in value:
            if name not in fields:
                yield "%s.%s: unknown field" % (path, name)
        for name, notation in fields.items():
            kinds, required, constant = parse(notation)
            if name not in value:
                if required:
                    yield "%s.%s: missing" % (path, name)
            elif constant is not None and value[name] != constant:
                yield "%s.%s: must be %s, is %s" % (
                    path,
                    name,
                    constant,
                    json.dumps(value[name], default=str)[:60],
                )
            else:
                yield from self.value(value[name], kinds, "%s.%s" % (path, name))

    def value(self, value, kinds, path):
        best = None
        for kind in self.leaves(kinds):
            found = list(self.one(value, kind, path))
            if not found:
                return
            # Of several types the one is meant that the value comes nearest to.
            if best is None or len(found) < len(best):
                best = found
        yield from best or ["%s: no type to be" % path]

    def leaves(self, kinds):
        for kind in kinds:
            if isinstance(self.types.get(kind), list):
                yield from self.leaves(self.types[kind])
            else:
                yield kind

    def one(self, value, kind, path):
        if kind.startswith("Array of "):
            if not isinstance(value, list):
                yield "%s: must be an array, is %s" % (path, self.named(value))
                return
            for index, item in enumerate(value):
                yield from self.value(item, [kind[len("Array of ") :]], "%s[%d]" % (path, index))
        elif kind in PLAIN:
            good = {
                "String": isinstance(value, str),
                "Integer": self.is_number(value),
                "Boolean": isinstance(value, bool),
                "True": value is True,
                "Float": isinstance(value, float) or self.is_number(value),
            }[kind]
            if not good:
                yield "%s: must be %s, is %s" % (path, kind, self.named(value))
            elif kind == "Integer" and not -(2**63) <= value < 2**63:
                yield "%s: does not fit 64 bits" % path
        elif kind == "InputFile":
            if not isinstance(value, Upload):
                yield "%s: must be an uploaded file, is %s" % (path, self.named(value))
        elif not isinstance(value, dict):
            yield "%s: must be %s, is %s" % (path, kind, self.named(value))
        else:
            yield from self.fields(value, self.types[kind], path)

    @staticmethod
    def named(value):
        if isinstance(value, Upload):
            return "a file"
        for kind, name in (
            (bool, "Boolean"),
            (int, "Integer"),
            (float, "Float"),
            (str, "String"),
            (list, "an array"),
        ):
            if isinstance(value, kind):
                return name
        return "null" if value is None else "an object"
